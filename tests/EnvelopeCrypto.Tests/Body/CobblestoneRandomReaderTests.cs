using EnvelopeCrypto.Body;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Body;

public sealed class CobblestoneRandomReaderTests
{
    private const int Chunk = Cobblestone.PlainChunkSize;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData(3 * Chunk)]
    public void Length_is_known_and_proven_at_once(int length)
    {
        var sample = SampleMessage.Of(length);
        using var reader = sample.OpenRandom(sample.Bytes);

        Assert.Equal(length, reader.Length);
        Assert.Equal(0, reader.Read(length, new byte[1]));
        Assert.Equal(0, reader.Read(long.MaxValue, new byte[1]));
        Assert.Equal(0, reader.Read(0, []));
    }

    [Fact]
    public void Any_range_is_what_was_written()
    {
        var sample = SampleMessage.Of((5 * Chunk) + 123);
        using var reader = sample.OpenRandom(sample.Bytes);
        int[] borders = [sample.Plaintext.Length, sample.Plaintext.Length - 1, 5 * Chunk, (3 * Chunk) - 1, 2 * Chunk, Chunk + 1, Chunk, Chunk - 1, 1, 0];
        foreach (var start in borders)
        {
            foreach (var end in borders.Where(end => end >= start))
                Assert.True(sample.Plaintext.AsSpan(start..end).SequenceEqual(ReadRange(reader, start, end - start)));
        }
    }

    [Fact]
    public void Message_may_stand_anywhere_and_come_in_small_reads()
    {
        var sample = SampleMessage.Of((2 * Chunk) + 5);
        byte[] file = [.. new byte[333], .. sample.Bytes, .. new byte[50]];
        using var reader = new CobblestoneRandomReader(
            PositionedBytes.Of(file, most: 999), 333, sample.Bytes.Length, sample.Key, sample.Context);

        Assert.Equal(sample.Plaintext, ReadRange(reader, 0, sample.Plaintext.Length));
    }

    [Fact]
    public void Chunk_is_decrypted_once_for_reads_that_follow_each_other()
    {
        var sample = SampleMessage.Of(4 * Chunk);
        var reads = 0;
        using var reader = new CobblestoneRandomReader(Count, 0, sample.Bytes.Length, sample.Key, sample.Context);
        reads = 0;
        for (var at = 0; at < 2 * Chunk; at += 100)
            reader.Read(at, new byte[1]);
        Assert.Equal(2, reads);

        int Count(long offset, Span<byte> destination)
        {
            reads++;
            return PositionedBytes.Of(sample.Bytes)(offset, destination);
        }
    }

    [Fact]
    public void Negative_position_is_refused()
    {
        var sample = SampleMessage.Of(10);
        using var reader = sample.OpenRandom(sample.Bytes);
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(-1, new byte[1]));
    }

    [Fact]
    public void Sound_chunks_can_be_read_until_a_damaged_one_was_met()
    {
        var sample = SampleMessage.OfChunks(4, 100);
        sample.Bytes[sample.OffsetOf(1) + 5] ^= 1;
        using var reader = sample.OpenRandom(sample.Bytes);

        Assert.Equal(sample.Plaintext[(2 * Chunk)..(3 * Chunk)], ReadRange(reader, 2 * Chunk, Chunk));
        for (var i = 0; i < 3; i++)
            Refused.As(EnvelopeError.BodyDamaged, () => reader.Read(Chunk, new byte[1]));
        Refused.As(EnvelopeError.BodyDamaged, () => reader.Read(0, new byte[1]));
        Refused.As(EnvelopeError.BodyDamaged, () => reader.Read(sample.Plaintext.Length, new byte[1]));
    }

    [Fact]
    public void Message_that_shrinks_while_it_is_read_is_refused()
    {
        var sample = SampleMessage.OfChunks(3, 100);
        var end = sample.Bytes.Length;
        using var reader = new CobblestoneRandomReader(Shrinking, 0, sample.Bytes.Length, sample.Key, sample.Context);
        end = sample.OffsetOf(1) + 20;

        Assert.Equal(sample.Plaintext[..Chunk], ReadRange(reader, 0, Chunk));
        Refused.As(EnvelopeError.BodyTruncated, () => reader.Read(Chunk, new byte[1]));
        Refused.As(EnvelopeError.BodyTruncated, () => reader.Read(0, new byte[1]));

        int Shrinking(long offset, Span<byte> destination) => PositionedBytes.Of(sample.Bytes[..end])(offset, destination);
    }

    [Fact]
    public void Input_that_failed_once_fails_for_good()
    {
        var sample = SampleMessage.OfChunks(3, 100);
        var fails = false;
        using var reader = new CobblestoneRandomReader(Failing, 0, sample.Bytes.Length, sample.Key, sample.Context);
        fails = true;
        Assert.Throws<IOException>(() => reader.Read(0, new byte[1]));
        fails = false;

        Assert.Throws<IOException>(() => reader.Read(0, new byte[1]));
        Assert.Throws<IOException>(() => reader.Read(3 * Chunk, new byte[1]));

        int Failing(long offset, Span<byte> destination) =>
            fails ? throw new IOException("The device does not answer.") : PositionedBytes.Of(sample.Bytes)(offset, destination);
    }

    [Fact]
    public void Closed_reader_gives_nothing_and_does_not_call_the_file_damaged()
    {
        var sample = SampleMessage.Of(10);
        var reader = sample.OpenRandom(sample.Bytes);
        reader.Dispose();
        reader.Dispose();

        Assert.Throws<ObjectDisposedException>(() => reader.Read(0, new byte[1]));
    }

    private static byte[] ReadRange(CobblestoneRandomReader reader, long position, int length)
    {
        var range = new byte[length];
        for (var done = 0; done < length;)
        {
            var count = reader.Read(position + done, range.AsSpan(done));
            Assert.NotEqual(0, count);
            done += count;
        }
        return range;
    }
}
