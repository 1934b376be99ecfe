using System.Buffers;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Body;

/// <summary>Only <c>Complete</c> makes a message, only once, and never after a failure; what was in memory is wiped.</summary>
public sealed class CobblestoneWriterFailureTests
{
    private const int Chunk = Cobblestone.PlainChunkSize;
    private const int Batch = 64 * Chunk;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk)]
    [InlineData(Batch)]
    [InlineData(Batch + 1)]
    [InlineData(3 * Batch)]
    public void Without_Complete_no_message_is_left(int length)
    {
        var sample = SampleMessage.Of(length);
        using var output = new MemoryStream();
        using (var writer = SampleMessage.NewWriter(output))
            writer.Write(sample.Plaintext);

        Refused.As(EnvelopeError.BodyTruncated, () => ReadAll(sample.Open(output.ToArray())));
        Refused.As(EnvelopeError.BodyTruncated, () => sample.OpenRandom(output.ToArray()).Dispose());
    }

    [Fact]
    public void Complete_message_takes_no_more()
    {
        using var output = new MemoryStream();
        using var writer = SampleMessage.NewWriter(output);
        writer.Complete();
        var length = output.Length;

        RequireRefusesAll(writer);
        writer.Dispose();
        RequireRefusesAll(writer);
        Assert.Equal(length, output.Length);
    }

    [Fact]
    public void Closed_writer_takes_no_more_and_closes_twice()
    {
        using var output = new MemoryStream();
        var writer = SampleMessage.NewWriter(output);
        writer.Write(new byte[10]);
        writer.Dispose();
        writer.Dispose();

        RequireRefusesAll(writer);
        Assert.Equal(Cobblestone.PreambleSize, output.Length);
    }

    [Theory]
    [InlineData(Cobblestone.PreambleSize)]
    [InlineData(Cobblestone.PreambleSize + 1)]
    [InlineData(Cobblestone.PreambleSize + (64 * Cobblestone.ChunkSize))]
    public void Output_that_failed_once_gets_nothing_more(int goodBytes)
    {
        using var disk = new MemoryStream();
        var output = new FailingStream(disk, goodBytes, onlyOnce: true);
        using var writer = SampleMessage.NewWriter(output);

        Assert.Throws<IOException>(() => writer.Write(new byte[2 * Batch]));
        RequireRefusesAll(writer);
        Assert.Equal(goodBytes, disk.Length);
        Assert.Equal(1, output.Failures);
    }

    [Fact]
    public void Output_that_fails_at_the_end_makes_no_message()
    {
        using var disk = new MemoryStream();
        using var writer = SampleMessage.NewWriter(new FailingStream(disk, Cobblestone.PreambleSize, onlyOnce: true));
        writer.Write(new byte[10]);

        Assert.Throws<IOException>(writer.Complete);
        RequireRefusesAll(writer);
        Assert.Equal(Cobblestone.PreambleSize, disk.Length);
    }

    [Fact]
    public void Input_that_failed_is_never_sealed_as_if_it_were_whole()
    {
        using var output = new MemoryStream();
        using var writer = SampleMessage.NewWriter(output);
        var input = new FailingStream(new MemoryStream(new byte[1000]), goodBytes: 500, onlyOnce: true);

        Assert.Throws<IOException>(() => writer.WriteFrom(input, 1000, progress: null, CancellationToken.None));
        RequireRefusesAll(writer);
    }

    [Fact]
    public void Cancelled_writing_stops_at_the_next_read_and_is_never_sealed()
    {
        using var output = new MemoryStream();
        using var writer = SampleMessage.NewWriter(output);
        using var cancelling = new CancellationTokenSource();
        var taken = 0;

        Assert.Throws<OperationCanceledException>(
            () => writer.WriteFrom(new MemoryStream(new byte[4 * Batch]), 4 * Batch, CountAndCancel, cancelling.Token));
        Assert.Equal(Batch, taken);
        RequireRefusesAll(writer);

        void CountAndCancel(int count)
        {
            taken += count;
            cancelling.Cancel();
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(Chunk)]
    [InlineData(Batch + 100)]
    public void Closing_wipes_the_plaintext_out_of_the_buffer(int length)
    {
        // The pool hands a thread the buffer that it gave back last.
        using (var writer = SampleMessage.NewWriter(Stream.Null))
        {
            var plaintext = new byte[length];
            plaintext.AsSpan().Fill(0xA5);
            for (var at = 0; at < length; at += 1000)
                writer.Write(plaintext.AsSpan(at, Math.Min(1000, length - at)));
            if (length > Chunk)
                writer.Complete();
        }
        foreach (var size in new[] { Chunk, Batch })
        {
            var buffer = ArrayPool<byte>.Shared.Rent(size);
            Assert.Equal(-1, buffer.AsSpan().IndexOf(Enumerable.Repeat((byte)0xA5, 32).ToArray()));
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void RequireRefusesAll(CobblestoneWriter writer)
    {
        for (var i = 0; i < 2; i++)
        {
            Assert.Throws<InvalidOperationException>(() => writer.Write(new byte[1]));
            Assert.Throws<InvalidOperationException>(
                () => writer.WriteFrom(new MemoryStream(new byte[1]), 1, progress: null, CancellationToken.None));
            Assert.Throws<InvalidOperationException>(writer.Complete);
        }
    }

    private static void ReadAll(CobblestoneReader reader)
    {
        using (reader)
            reader.CopyTo(output: null, progress: null, CancellationToken.None);
    }
}
