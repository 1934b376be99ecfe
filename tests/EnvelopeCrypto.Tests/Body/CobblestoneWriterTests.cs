using System.Buffers;
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
        RequireSame(sample, writer => writer.WriteFrom(new MemoryStream(sample.Plaintext), lengthHint: -1, progress: null, CancellationToken.None));
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
        using var writer = NewWriter(Stream.Null);
        Assert.Equal(0, writer.PlaintextLength);
        writer.Write(new byte[100]);
        Assert.Equal(100, writer.PlaintextLength);
        writer.Write(new byte[Batch]);
        Assert.Equal(Batch + 100, writer.PlaintextLength);
        writer.Complete();
        Assert.Equal(Batch + 100, writer.PlaintextLength);
    }

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
        using (var writer = NewWriter(output))
            writer.Write(sample.Plaintext);

        Refused.As(EnvelopeError.BodyTruncated, () => ReadAll(sample.Open(output.ToArray())));
        Refused.As(EnvelopeError.BodyTruncated, () => sample.OpenRandom(output.ToArray()).Dispose());
    }

    [Fact]
    public void Complete_message_takes_no_more()
    {
        using var output = new MemoryStream();
        using var writer = NewWriter(output);
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
        var writer = NewWriter(output);
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
        using var writer = NewWriter(output);

        Assert.Throws<IOException>(() => writer.Write(new byte[2 * Batch]));
        RequireRefusesAll(writer);
        Assert.Equal(goodBytes, disk.Length);
        Assert.Equal(1, output.Failures);
    }

    [Fact]
    public void Output_that_fails_at_the_end_makes_no_message()
    {
        using var disk = new MemoryStream();
        using var writer = NewWriter(new FailingStream(disk, Cobblestone.PreambleSize, onlyOnce: true));
        writer.Write(new byte[10]);

        Assert.Throws<IOException>(writer.Complete);
        RequireRefusesAll(writer);
        Assert.Equal(Cobblestone.PreambleSize, disk.Length);
    }

    [Fact]
    public void Input_that_failed_is_never_sealed_as_if_it_were_whole()
    {
        using var output = new MemoryStream();
        using var writer = NewWriter(output);
        var input = new FailingStream(new MemoryStream(new byte[1000]), goodBytes: 500, onlyOnce: true);

        Assert.Throws<IOException>(() => writer.WriteFrom(input, 1000, progress: null, CancellationToken.None));
        RequireRefusesAll(writer);
    }

    [Fact]
    public void Cancelled_writing_stops_at_the_next_read_and_is_never_sealed()
    {
        using var output = new MemoryStream();
        using var writer = NewWriter(output);
        using var cancelling = new CancellationTokenSource();
        var taken = 0;

        Assert.Throws<OperationCanceledException>(() => writer.WriteFrom(new MemoryStream(new byte[4 * Batch]), 4 * Batch, CountAndCancel, cancelling.Token));
        Assert.Equal(Batch, taken);
        RequireRefusesAll(writer);

        void CountAndCancel(int count)
        {
            taken += count;
            cancelling.Cancel();
        }
    }

    [Fact]
    public void Progress_counts_every_byte_once()
    {
        var taken = 0L;
        using var writer = NewWriter(Stream.Null);
        writer.WriteFrom(new MemoryStream(new byte[(2 * Batch) + 5]), lengthHint: -1, count => taken += count, CancellationToken.None);
        Assert.Equal((2 * Batch) + 5, taken);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(Chunk)]
    [InlineData(Batch + 100)]
    public void Closing_wipes_the_plaintext_out_of_the_buffer(int length)
    {
        // The pool hands a thread the buffer that it gave back last.
        using (var writer = NewWriter(Stream.Null))
        {
            var plaintext = new byte[length];
            plaintext.AsSpan().Fill(0xA5);
            WriteInPieces(writer, plaintext, 1000);
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

    private static CobblestoneWriter NewWriter(Stream output)
    {
        var sample = SampleMessage.Of(0);
        return new CobblestoneWriter(output, sample.Key, sample.Context, SampleBytes.Repeating());
    }

    private static void RequireSame(SampleMessage sample, Action<CobblestoneWriter> write)
    {
        using var output = new MemoryStream();
        using var writer = NewWriter(output);
        write(writer);
        writer.Complete();
        Assert.True(sample.Bytes.AsSpan().SequenceEqual(output.GetBuffer().AsSpan(0, (int)output.Length)));
    }

    private static void RequireRefusesAll(CobblestoneWriter writer)
    {
        for (var i = 0; i < 2; i++)
        {
            Assert.Throws<InvalidOperationException>(() => writer.Write(new byte[1]));
            Assert.Throws<InvalidOperationException>(() => writer.WriteFrom(new MemoryStream(new byte[1]), 1, progress: null, CancellationToken.None));
            Assert.Throws<InvalidOperationException>(writer.Complete);
        }
    }

    private static void WriteInPieces(CobblestoneWriter writer, byte[] plaintext, int size)
    {
        for (var at = 0; at < plaintext.Length; at += size)
            writer.Write(plaintext.AsSpan(at, Math.Min(size, plaintext.Length - at)));
    }

    private static void ReadAll(CobblestoneReader reader)
    {
        using (reader)
            reader.CopyTo(output: null, progress: null, CancellationToken.None);
    }
}
