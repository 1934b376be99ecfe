using EnvelopeCrypto.Body;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Body;

public sealed class CobblestoneWriterTests
{
    private const int Chunk = Cobblestone.PlainChunkSize;
    private const int Batch = 64 * Chunk;

    /// <summary>Lengths at and around the borders of chunks and of the writer's batches.</summary>
    public static TheoryData<int> Lengths =>
    [
        0, 1, 15, 16, 17, Chunk - 1, Chunk, Chunk + 1, (2 * Chunk) - 1, 2 * Chunk, (2 * Chunk) + 1,
        Batch - Chunk, Batch - 1, Batch, Batch + 1, Batch + Chunk, (3 * Batch) - 1, 3 * Batch, (3 * Batch) + 1, (3 * Batch) + Chunk,
    ];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void What_is_written_reads_back(int length)
    {
        var sample = SampleMessage.Of(length);
        Assert.Equal(Cobblestone.MessageLength(length), sample.Bytes.Length);

        using var output = new MemoryStream();
        using var reader = sample.Open(sample.Bytes);
        reader.CopyTo(output, progress: null, CancellationToken.None);
        Assert.True(sample.Plaintext.AsSpan().SequenceEqual(output.GetBuffer().AsSpan(0, (int)output.Length)));
        Assert.Equal(length, reader.PlaintextLength);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Pieces_and_streams_make_the_same_message(int length)
    {
        var sample = SampleMessage.Of(length);
        RequireSame(sample, writer => WriteInPieces(writer, sample.Plaintext, 10_007));
        RequireSame(sample, writer => writer.WriteFrom(new MemoryStream(sample.Plaintext), length, progress: null, CancellationToken.None));
        RequireSame(
            sample, writer => writer.WriteFrom(new MemoryStream(sample.Plaintext), lengthHint: -1, progress: null, CancellationToken.None));
        RequireSame(sample, writer => writer.WriteFrom(new OneByteStream(new MemoryStream(sample.Plaintext)), length, progress: null, CancellationToken.None));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk + 1)]
    [InlineData(Batch + 1)]
    public void Size_of_the_pieces_does_not_matter(int size)
    {
        var sample = SampleMessage.Of(Batch + (2 * Chunk) + 77);
        RequireSame(sample, writer => WriteInPieces(writer, sample.Plaintext, size));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk)]
    [InlineData(long.MaxValue)]
    public void Wrong_length_hint_does_no_harm(long hint)
    {
        var sample = SampleMessage.Of(Batch + Chunk + 5);
        RequireSame(sample, writer => writer.WriteFrom(new MemoryStream(sample.Plaintext), hint, progress: null, CancellationToken.None));
    }

    [Fact]
    public void Pieces_and_streams_can_follow_each_other()
    {
        var sample = SampleMessage.Of(Batch + 1000);
        RequireSame(sample, writer =>
        {
            writer.Write(sample.Plaintext.AsSpan(0, 100));
            writer.WriteFrom(new MemoryStream(sample.Plaintext, 100, Chunk), Chunk, progress: null, CancellationToken.None);
            writer.Write([]);
            writer.Write(sample.Plaintext.AsSpan(100 + Chunk));
        });
    }

    [Fact]
    public void Length_counts_all_plaintext_also_when_complete()
    {
        using var writer = SampleMessage.NewWriter(Stream.Null);
        Assert.Equal(0, writer.PlaintextLength);
        writer.Write(new byte[100]);
        Assert.Equal(100, writer.PlaintextLength);
        writer.Write(new byte[Batch]);
        Assert.Equal(Batch + 100, writer.PlaintextLength);
        writer.Complete();
        Assert.Equal(Batch + 100, writer.PlaintextLength);
    }

    [Fact]
    public void Progress_counts_every_byte_once()
    {
        var taken = 0L;
        using var writer = SampleMessage.NewWriter(Stream.Null);
        writer.WriteFrom(new MemoryStream(new byte[(2 * Batch) + 5]), lengthHint: -1, count => taken += count, CancellationToken.None);
        Assert.Equal((2 * Batch) + 5, taken);
    }

    [Fact]
    public void Two_messages_under_one_key_share_nothing()
    {
        var key = SampleBytes.Key();
        using var output = new MemoryStream();
        for (var i = 0; i < 2; i++)
        {
            using var writer = new CobblestoneWriter(output, key, [], System.Security.Cryptography.RandomNumberGenerator.Fill);
            writer.Write(new byte[64]);
            writer.Complete();
        }
        var bytes = output.ToArray();
        var (first, second) = (bytes[..(bytes.Length / 2)], bytes[(bytes.Length / 2)..]);
        for (var at = 0; at + 8 <= first.Length; at += 8)
            Assert.NotEqual(first[at..(at + 8)], second[at..(at + 8)]);
    }

    private static void RequireSame(SampleMessage sample, Action<CobblestoneWriter> write)
    {
        using var output = new MemoryStream();
        using var writer = SampleMessage.NewWriter(output);
        write(writer);
        writer.Complete();
        Assert.True(sample.Bytes.AsSpan().SequenceEqual(output.GetBuffer().AsSpan(0, (int)output.Length)));
    }

    private static void WriteInPieces(CobblestoneWriter writer, byte[] plaintext, int size)
    {
        for (var at = 0; at < plaintext.Length; at += size)
            writer.Write(plaintext.AsSpan(at, Math.Min(size, plaintext.Length - at)));
    }
}
