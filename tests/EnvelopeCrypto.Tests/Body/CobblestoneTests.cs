using EnvelopeCrypto.Body;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Body;

public sealed class CobblestoneTests
{
    private const long FullChunk = Cobblestone.PlainChunkSize;

    [Theory]
    [InlineData(0, 72)]
    [InlineData(1, 73)]
    [InlineData(FullChunk - 1, 56 + 16_399)]
    [InlineData(FullChunk, 56 + 16_400 + 16)]
    [InlineData(FullChunk + 1, 56 + 16_400 + 17)]
    [InlineData(64 * FullChunk, 56 + (64 * 16_400) + 16)]
    [InlineData(Cobblestone.MaxPlaintextLength, 56 + (Cobblestone.MaxChunks * 16_400) - 1)]
    public void Lengths_of_message_and_plaintext_follow_from_each_other(long plaintext, long message)
    {
        Assert.Equal(message, Cobblestone.MessageLength(plaintext));
        Assert.Equal(plaintext, Cobblestone.PlaintextLength(message));
    }

    [Fact]
    public void Every_length_up_to_three_chunks_is_a_messages_or_none()
    {
        var plaintexts = 0L;
        for (var message = -1L; message <= Cobblestone.MessageLength(3 * FullChunk); message++)
        {
            var plaintext = Cobblestone.PlaintextLength(message);
            if (plaintext < 0)
            {
                Assert.Equal(-1, plaintext);
                continue;
            }
            Assert.Equal(plaintexts++, plaintext);
            Assert.Equal(message, Cobblestone.MessageLength(plaintext));
        }
        Assert.Equal((3 * FullChunk) + 1, plaintexts);
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(71)]
    [InlineData(56 + 16_400)]
    [InlineData(56 + 16_400 + 15)]
    [InlineData(56 + (Cobblestone.MaxChunks * 16_400))]
    [InlineData(56 + (Cobblestone.MaxChunks * 16_400) + 16)]
    [InlineData(long.MaxValue)]
    public void No_message_has_this_length(long message) => Assert.Equal(-1, Cobblestone.PlaintextLength(message));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(Cobblestone.PlainChunkSize - 1)]
    public void Short_message_opens_to_what_was_sealed(int length)
    {
        var (key, plain) = (SampleBytes.Key(), SampleBytes.Of(length));
        var message = Cobblestone.Seal(key, "context"u8, plain, SampleBytes.Repeating());

        Assert.Equal(length + 72, message.Length);
        var opened = new byte[length];
        Assert.True(Cobblestone.TryOpen(key, "context"u8, message, opened));
        Assert.Equal(plain, opened);
    }

    [Fact]
    public void Short_message_is_the_message_that_the_writer_makes()
    {
        var sample = SampleMessage.Of(200);
        Assert.Equal(sample.Bytes, Cobblestone.Seal(sample.Key, sample.Context, sample.Plaintext, SampleBytes.Repeating()));
    }

    [Fact]
    public void Short_message_opens_with_no_bit_changed_and_leaves_no_plaintext()
    {
        var key = SampleBytes.Key();
        var message = Cobblestone.Seal(key, "context"u8, SampleBytes.Of(32), SampleBytes.Repeating());
        for (var bit = 0; bit < message.Length * 8; bit++)
        {
            message[bit / 8] ^= (byte)(1 << (bit % 8));
            var opened = new byte[32];
            Assert.False(Cobblestone.TryOpen(key, "context"u8, message, opened));
            Assert.All(opened, b => Assert.Equal(0, b));
            message[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Short_message_opens_under_its_own_key_context_and_length_only()
    {
        var key = SampleBytes.Key();
        var message = Cobblestone.Seal(key, "context"u8, SampleBytes.Of(32), SampleBytes.Repeating());

        Assert.False(Cobblestone.TryOpen(SampleBytes.Key(2), "context"u8, message, new byte[32]));
        Assert.False(Cobblestone.TryOpen(key, "contexT"u8, message, new byte[32]));
        Assert.False(Cobblestone.TryOpen(key, ""u8, message, new byte[32]));
        Assert.False(Cobblestone.TryOpen(key, "context"u8, message, new byte[31]));
        Assert.False(Cobblestone.TryOpen(key, "context"u8, message, new byte[33]));
        Assert.False(Cobblestone.TryOpen(key, "context"u8, [.. message, 0], new byte[32]));
        Assert.False(Cobblestone.TryOpen(key, "context"u8, [], []));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(64)]
    public void Key_of_another_length_is_refused(int length)
    {
        // The first 32 bytes are right: a key padded or cut to size would open the message.
        var sample = SampleMessage.Of(10);
        byte[] key = [.. sample.Key, .. new byte[32]];
        var wrong = key[..length];

        Refused.As(EnvelopeError.WrappedKeyInvalid, () => MessageKey.Derive(wrong, sample.Context, new byte[24]).Dispose());
        Refused.As(
            EnvelopeError.WrappedKeyInvalid, () => Cobblestone.Seal(wrong, sample.Context, sample.Plaintext, SampleBytes.Repeating()));
        Refused.As(EnvelopeError.WrappedKeyInvalid, () => Cobblestone.TryOpen(wrong, sample.Context, sample.Bytes, new byte[10]));
        Refused.As(
            EnvelopeError.WrappedKeyInvalid, () => CobblestoneReader.Open(new MemoryStream(sample.Bytes), wrong, sample.Context).Dispose());
        Refused.As(
            EnvelopeError.WrappedKeyInvalid,
            () => new CobblestoneRandomReader(PositionedBytes.Of(sample.Bytes), 0, sample.Bytes.Length, wrong, sample.Context).Dispose());
        using var output = new MemoryStream();
        Refused.As(
            EnvelopeError.WrappedKeyInvalid, () => new CobblestoneWriter(output, wrong, sample.Context, SampleBytes.Repeating()).Dispose());
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public void Wrong_key_and_wrong_context_fail_the_commitment()
    {
        var sample = SampleMessage.Of(10);
        Refused.As(EnvelopeError.CommitmentMismatch, () => (sample with { Key = SampleBytes.Key(2) }).Open(sample.Bytes).Dispose());
        Refused.As(EnvelopeError.CommitmentMismatch, () => (sample with { Context = [] }).Open(sample.Bytes).Dispose());
        Refused.As(EnvelopeError.CommitmentMismatch, () => (sample with { Context = [.. sample.Context, 0] }).Open(sample.Bytes).Dispose());
        Refused.As(EnvelopeError.CommitmentMismatch, () => (sample with { Key = SampleBytes.Key(2) }).OpenRandom(sample.Bytes).Dispose());
        Refused.As(EnvelopeError.CommitmentMismatch, () => (sample with { Context = [] }).OpenRandom(sample.Bytes).Dispose());
    }
}
