using EnvelopeCrypto.Body;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Body;

/// <summary>
/// Whatever is done to a message, both readers refuse it and the streaming one gives only the sound chunks before the damage.
/// </summary>
public sealed class CobblestoneDamageTests
{
    private const int Chunk = Cobblestone.PlainChunkSize;

    [Fact]
    public void One_bit_in_any_chunk_is_found()
    {
        var sample = SampleMessage.OfChunks(130, 100); // two full batches and a rest
        for (var chunk = 0; chunk < sample.ChunkCount; chunk++)
        {
            var offset = sample.OffsetOf(chunk) + ((chunk * 37) % sample.Chunk(chunk).Length);
            sample.Bytes[offset] ^= 0x10;
            RequireRefused(sample, sample.Bytes, soundChunks: chunk, EnvelopeError.BodyDamaged);
            sample.Bytes[offset] ^= 0x10;
        }
    }

    [Fact]
    public void One_bit_in_any_byte_of_a_short_message_is_found()
    {
        var sample = SampleMessage.Of(100);
        for (var at = 0; at < sample.Bytes.Length; at++)
        {
            sample.Bytes[at] ^= 0x01;
            var error = at < Cobblestone.PreambleSize ? EnvelopeError.CommitmentMismatch : EnvelopeError.BodyDamaged;
            RequireRefused(sample, sample.Bytes, soundChunks: 0, error);
            sample.Bytes[at] ^= 0x01;
        }
    }

    [Fact]
    public void Cut_at_any_chunk_border_is_found()
    {
        var sample = SampleMessage.OfChunks(66, 100);
        for (var chunk = 0; chunk < sample.ChunkCount; chunk++)
            RequireRefused(sample, sample.Bytes[..sample.OffsetOf(chunk)], soundChunks: chunk, EnvelopeError.BodyTruncated);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(10)]
    [InlineData(0)]
    public void Cut_anywhere_in_the_last_40_bytes_is_found(int rest)
    {
        var sample = SampleMessage.OfChunks(2, rest);
        for (var cut = 1; cut <= 40; cut++)
            RequireRefused(sample, sample.Bytes[..^cut]);
    }

    [Fact]
    public void Cut_anywhere_in_the_preamble_is_found()
    {
        var sample = SampleMessage.Of(100);
        for (var length = 0; length < Cobblestone.PreambleSize + Cobblestone.TagSize; length++)
            RequireRefused(sample, sample.Bytes[..length], soundChunks: 0, EnvelopeError.BodyTruncated);
    }

    [Fact]
    public void Any_two_chunks_swapped_are_found()
    {
        var sample = SampleMessage.OfChunks(5, 100);
        for (var first = 0; first < 5; first++)
        {
            for (var second = first + 1; second < 5; second++)
            {
                byte[] swapped = [.. sample.Bytes];
                sample.Chunk(second).CopyTo(swapped.AsSpan(sample.OffsetOf(first)));
                sample.Chunk(first).CopyTo(swapped.AsSpan(sample.OffsetOf(second)));
                RequireRefused(sample, swapped, soundChunks: first, EnvelopeError.BodyDamaged);
            }
        }
    }

    [Fact]
    public void Any_chunk_doubled_or_left_out_is_found()
    {
        var sample = SampleMessage.OfChunks(4, 100);
        for (var chunk = 0; chunk < sample.ChunkCount; chunk++)
        {
            var (start, end) = (sample.OffsetOf(chunk), sample.OffsetOf(chunk + 1));
            var leftOut = chunk == sample.ChunkCount - 1 ? EnvelopeError.BodyTruncated : EnvelopeError.BodyDamaged;
            RequireRefused(sample, [.. sample.Bytes[..end], .. sample.Bytes[start..]], Math.Min(chunk + 1, 4));
            RequireRefused(sample, [.. sample.Bytes[..start], .. sample.Bytes[end..]], chunk, leftOut);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    public void Anything_after_the_end_is_found(int length)
    {
        var sample = SampleMessage.Of(length);
        foreach (var extra in new[] { 1, 15, 16, 17, Chunk, 2 * Cobblestone.ChunkSize })
            RequireRefused(sample, [.. sample.Bytes, .. SampleBytes.Of(extra)]);
        RequireRefused(sample, [.. sample.Bytes, .. sample.Chunk(sample.ChunkCount - 1)]);
        RequireRefused(sample, [.. sample.Bytes, .. sample.Bytes]);
    }

    [Fact]
    public void Chunk_that_is_sound_but_stands_behind_the_short_one_is_found()
    {
        // Chunk 2 of a longer message with the same key and salt is validly encrypted for that place.
        var (shorter, longer) = (SampleMessage.OfChunks(1, 100), SampleMessage.OfChunks(2, 50));
        RequireRefused(shorter, [.. shorter.Bytes, .. longer.Chunk(2)]);
    }

    [Fact]
    public void Chunks_of_another_message_under_the_same_key_are_found()
    {
        var sample = SampleMessage.OfChunks(2, 100);
        var other = SampleMessage.Write(sample.Key, sample.Context, sample.Plaintext, SampleBytes.Repeating(99));
        byte[] mixed = [.. sample.Bytes[..sample.OffsetOf(1)], .. other[sample.OffsetOf(1)..]];
        RequireRefused(sample, mixed, soundChunks: 1, EnvelopeError.BodyDamaged);
    }

    private static void RequireRefused(SampleMessage sample, byte[] bytes, int? soundChunks = null, EnvelopeError? error = null)
    {
        using var given = new MemoryStream();
        var streaming = Assert.Throws<EnvelopeException>(() =>
        {
            using var reader = sample.Open(bytes);
            reader.CopyTo(given, progress: null, CancellationToken.None);
        });
        var random = Assert.Throws<EnvelopeException>(() =>
        {
            using var reader = sample.OpenRandom(bytes);
            var piece = new byte[Chunk];
            for (var at = 0L; at < reader.Length; at += Chunk)
                Assert.NotEqual(0, reader.Read(at, piece));
        });

        Assert.True(given.GetBuffer().AsSpan(0, (int)given.Length).SequenceEqual(sample.Plaintext.AsSpan(0, (int)given.Length)));
        if (soundChunks is { } count)
            Assert.Equal((long)count * Chunk, given.Length);
        if (error is not null)
            Assert.Equal((error, error), (streaming.Error, random.Error));
    }
}
