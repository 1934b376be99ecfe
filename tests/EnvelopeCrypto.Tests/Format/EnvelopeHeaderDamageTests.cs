using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Format;

/// <summary>No change of a header goes by unseen: it is refused, or the body is, or it hit a slot that the other one replaces.</summary>
public sealed class EnvelopeHeaderDamageTests
{
    [Theory]
    [InlineData(1, 0x01)]
    [InlineData(1, 0x20)]
    [InlineData(1, 0x80)]
    [InlineData(1, 0xff)]
    [InlineData(2, 0x01)]
    [InlineData(2, 0x02)]
    [InlineData(2, 0xff)]
    public void Any_byte_changed_is_found(int slotCount, int mask)
    {
        var sample = SampleEnvelope.Of(SampleBytes.Of(100), slotCount, SampleRecipients.Local(), SampleRecipients.Kms());
        var recipients = RecipientList.ToJson(sample.Header.Recipients);
        var (refused, torn, rebound) = (0, 0, 0);
        for (var at = 0; at < sample.Header.Layout.BodyOffset; at++)
        {
            sample.Bytes[at] ^= (byte)mask;
            if (TryRead(sample.Bytes) is not { } read)
            {
                refused++;
            }
            else if (ProtectedBytes(read).SequenceEqual(ProtectedBytes(sample.Header)))
            {
                torn++;
                Assert.True(at >= sample.Header.Layout.SlotOffset && !read.SlotsAgree);
                Assert.Equal(recipients, RecipientList.ToJson(read.Recipients));
                Assert.Equal(sample.Plaintext, ReadAll(sample));
            }
            else
            {
                rebound++;
                Assert.NotEqual(sample.Header.BodyContext, read.BodyContext);
                Refused.As(EnvelopeError.CommitmentMismatch, () => ReadAll(sample));
            }
            sample.Bytes[at] ^= (byte)mask;
        }

        Assert.Equal(slotCount == 1 ? 0 : 2 * sample.Header.Layout.SlotSize, torn);
        Assert.Equal(sample.Header.Layout.BodyOffset - torn - rebound, refused);
        Assert.True(rebound > 0 || mask is 0x80 or 0xff); // letters of the context can become others, never bytes that are not UTF-8
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Header_cut_off_anywhere_is_found(int slotCount)
    {
        var bytes = SampleEnvelope.Of([], slotCount).Header.Bytes.ToArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            using var input = new MemoryStream(bytes, 0, length);
            Refused.As(length == 0 ? EnvelopeError.EmptyFile : EnvelopeError.HeaderInvalid, () => EnvelopeHeader.Read(input));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Byte_put_in_or_taken_out_anywhere_is_found(int slotCount)
    {
        var sample = SampleEnvelope.Of(SampleBytes.Of(100), slotCount);
        for (var at = 0; at < sample.Header.Layout.BodyOffset; at += at < 1024 ? 1 : 61)
        {
            RequireRefused(sample, [.. sample.Bytes[..at], .. sample.Bytes[(at + 1)..]]);
            RequireRefused(sample, [.. sample.Bytes[..at], 0, .. sample.Bytes[at..]]);
            RequireRefused(sample, [.. sample.Bytes[..at], sample.Bytes[at], .. sample.Bytes[at..]]);
        }
    }

    [Fact]
    public void Slot_count_changed_where_both_layouts_agree_shifts_the_body_and_is_found()
    {
        // The protected part ends at 4,096 and the only slot has 4,096 bytes: what follows can pass for a second, torn slot.
        var header = HeaderOfFullPages();
        Assert.Equal((4096, 4096), (header.Layout.SlotOffset, header.Layout.SlotSize));
        var sample = SampleEnvelope.Of(SampleBytes.Of(20_000), header);
        sample.Bytes[9] = 2;

        var read = EnvelopeHeader.Read(new MemoryStream(sample.Bytes));
        Assert.Equal(RecipientList.ToJson(header.Recipients), RecipientList.ToJson(read.Recipients));
        Refused.As(EnvelopeError.CommitmentMismatch, () => ReadAll(sample));
    }

    [Fact]
    public void Recipients_of_another_envelope_change_no_content()
    {
        var sample = SampleEnvelope.Of(SampleBytes.Of(100), slotCount: 1, SampleRecipients.Local());
        var other = EnvelopeHeader.Create(SampleEnvelope.ProtectedHeader, [SampleRecipients.Kms()], slotCount: 2, generation: 50);
        Assert.Equal(
            sample.Plaintext, ReadAll(sample with { Bytes = [.. other.Bytes.Span, .. sample.Bytes[sample.Header.Layout.BodyOffset..]] }));
    }

    [Fact]
    public void Protected_part_of_another_envelope_is_found()
    {
        var sample = SampleEnvelope.Of(SampleBytes.Of(100), slotCount: 1);
        var other = EnvelopeHeader.Create(
            SampleEnvelope.ProtectedHeader with { IssuedAt = 1_795_284_001 }, sample.Header.Recipients, slotCount: 1);
        var mixed = sample with { Bytes = [.. other.Bytes.Span, .. sample.Bytes[sample.Header.Layout.BodyOffset..]] };
        Refused.As(EnvelopeError.CommitmentMismatch, () => ReadAll(mixed));
    }

    private static EnvelopeHeader HeaderOfFullPages()
    {
        var empty = SampleEnvelope.ProtectedHeader with { Context = SampleEnvelope.Context(("k", "")) };
        var padding = new string('v', 4096 - FixedPart.Size - empty.ToJson().Length);
        var protectedHeader = empty with { Context = SampleEnvelope.Context(("k", padding)) };

        var room = 4096 - RecipientSlot.Overhead - RecipientList.ToJson([SampleRecipients.Unknown(JsonOf(""))]).Length;
        return EnvelopeHeader.Create(protectedHeader, [SampleRecipients.Unknown(JsonOf(new string('y', room)))], slotCount: 1);

        static string JsonOf(string padding) => $$"""{"alg":"x","y":"{{padding}}"}""";
    }

    private static EnvelopeHeader? TryRead(byte[] bytes)
    {
        try
        {
            return EnvelopeHeader.Read(new MemoryStream(bytes));
        }
        catch (EnvelopeException)
        {
            return null;
        }
    }

    private static byte[] ReadAll(SampleEnvelope sample)
    {
        using var output = new MemoryStream();
        sample.Read(sample.Bytes, output);
        return output.ToArray();
    }

    private static void RequireRefused(SampleEnvelope sample, byte[] bytes)
    {
        using var output = new MemoryStream();
        Assert.Throws<EnvelopeException>(() => sample.Read(bytes, output));
        Assert.Equal(0, output.Length);
    }

    private static ReadOnlySpan<byte> ProtectedBytes(EnvelopeHeader header) =>
        header.Bytes.Span.Slice(FixedPart.Size, header.Layout.ProtectedLength);
}
