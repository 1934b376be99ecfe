using System.Runtime.CompilerServices;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Body;

/// <summary>The end of what one message can hold. Nobody can wait for 4 PiB, so these tests move the count of chunks there.</summary>
public sealed class CobblestoneLimitTests
{
    private const int Chunk = Cobblestone.PlainChunkSize;

    [Fact]
    public void Last_chunk_allowed_is_written_and_read()
    {
        var (bytes, plaintext) = (new MemoryStream(), SampleBytes.Of(Chunk - 1));
        using var writer = SampleMessage.NewWriter(bytes);
        NextChunk(writer) = Cobblestone.MaxChunks - 1;
        writer.Write(plaintext);
        writer.Complete();

        using var reader = SampleMessage.Of(0).Open(bytes.ToArray());
        NextChunk(reader) = Cobblestone.MaxChunks - 1;
        using var output = new MemoryStream();
        reader.CopyTo(output, progress: null, CancellationToken.None);
        Assert.Equal(plaintext, output.ToArray());
    }

    [Theory]
    [InlineData(1, Chunk)]
    [InlineData(1, Chunk + 1)]
    [InlineData(63, 64 * Chunk)]
    [InlineData(64, 64 * Chunk)]
    public void More_is_not_written(int chunksLeft, int length)
    {
        using var bytes = new MemoryStream();
        using var writer = SampleMessage.NewWriter(bytes);
        NextChunk(writer) = Cobblestone.MaxChunks - chunksLeft;

        Refused.As(EnvelopeError.BodyTooLong, () =>
        {
            writer.Write(new byte[length]);
            writer.Complete();
        });
        Assert.Throws<InvalidOperationException>(writer.Complete);
        Assert.InRange(bytes.Length, Cobblestone.PreambleSize, Cobblestone.PreambleSize + (chunksLeft * Cobblestone.ChunkSize));
    }

    [Fact]
    public void More_is_not_read()
    {
        var sample = SampleMessage.Of(10);
        using var reader = sample.Open(sample.Bytes);
        NextChunk(reader) = Cobblestone.MaxChunks;
        Refused.As(EnvelopeError.BodyTooLong, () => reader.Read(new byte[1]));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_nextChunk")]
    private static extern ref long NextChunk(CobblestoneWriter writer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_nextChunk")]
    private static extern ref long NextChunk(CobblestoneReader reader);
}
