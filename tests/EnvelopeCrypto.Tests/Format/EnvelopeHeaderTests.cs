using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Format;

public sealed class EnvelopeHeaderTests
{
    [Fact]
    public void One_slot_leaves_no_slack()
    {
        var recipients = RecipientList.ToJson([SampleRecipients.Local()]);
        var protectedJson = SampleEnvelope.ProtectedHeader.ToJson();
        var bytes = Create(1, SampleRecipients.Local()).Bytes.ToArray();

        var slotOffset = 24 + protectedJson.Length;
        Assert.Equal([0x89, .. "EVC\r\n\u001a\n"u8, 1, 1, 0, 0], bytes[..12]);
        Assert.Equal(protectedJson.Length, Number(bytes, 12));
        Assert.Equal(slotOffset, Number(bytes, 16));
        Assert.Equal(8 + 4 + recipients.Length + 32, Number(bytes, 20));
        Assert.Equal(protectedJson, bytes[24..slotOffset]);
        Assert.Equal(slotOffset + 8 + 4 + recipients.Length + 32, bytes.Length);
        RequireSlot(bytes.AsSpan(slotOffset), generation: 1, recipients);
    }

    [Fact]
    public void Two_slots_hold_the_same_and_stand_at_multiples_of_4096()
    {
        var recipients = RecipientList.ToJson(SampleRecipients.OfEveryKind());
        var protectedJson = SampleEnvelope.ProtectedHeader.ToJson();
        var header = EnvelopeHeader.Create(SampleEnvelope.ProtectedHeader, SampleRecipients.OfEveryKind(), slotCount: 2, generation: 7);
        var bytes = header.Bytes.ToArray();

        Assert.Equal([0x89, .. "EVC\r\n\u001a\n"u8, 1, 2, 0, 0], bytes[..12]);
        Assert.Equal((protectedJson.Length, 4096), (Number(bytes, 12), Number(bytes, 16)));
        var slotSize = Number(bytes, 20);
        Assert.Equal((recipients.Length + 44 + 2048 + 4095) / 4096 * 4096, slotSize);
        Assert.Equal(4096 + (2 * slotSize), bytes.Length);
        Assert.Equal(protectedJson, bytes[24..(24 + protectedJson.Length)]);
        Assert.All(bytes[(24 + protectedJson.Length)..4096], b => Assert.Equal(0, b));
        RequireSlot(bytes.AsSpan(4096, slotSize), generation: 7, recipients);
        RequireSlot(bytes.AsSpan(4096 + slotSize, slotSize), generation: 7, recipients);
        Assert.True(header.SlotsAgree);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Header_reads_back_and_leaves_the_stream_at_the_body(int slotCount)
    {
        var created = EnvelopeHeader.Create(SampleEnvelope.ProtectedHeader, SampleRecipients.OfEveryKind(), slotCount, generation: 9);
        var input = new MemoryStream([.. created.Bytes.Span, .. "body"u8]);
        var read = EnvelopeHeader.Read(input);

        Assert.Equal(created.Bytes.Length, input.Position);
        Assert.Equal(created.Bytes.ToArray(), read.Bytes.ToArray());
        Assert.Equal((created.Layout, 9UL, true), (read.Layout, read.Generation, read.SlotsAgree));
        Assert.Equal(created.Protected.ToJson(), read.Protected.ToJson());
        Assert.Equal(RecipientList.ToJson(created.Recipients), RecipientList.ToJson(read.Recipients));
        Assert.Equal(created.BodyContext, read.BodyContext);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Header_reads_from_a_pipe(int slotCount)
    {
        var created = Create(slotCount, SampleRecipients.Local());
        var read = EnvelopeHeader.Read(new OneByteStream(new MemoryStream(created.Bytes.ToArray())));
        Assert.Equal(created.Bytes.ToArray(), read.Bytes.ToArray());
    }

    [Fact]
    public void Failure_of_the_input_is_not_taken_for_a_bad_header()
    {
        var bytes = Create(1, SampleRecipients.Local()).Bytes.ToArray();
        Assert.Throws<IOException>(() => EnvelopeHeader.Read(new FailingStream(new MemoryStream(bytes), 10)));
        Assert.Throws<IOException>(() => EnvelopeHeader.Read(new FailingStream(new MemoryStream(bytes), 100)));
    }

    [Fact]
    public void Body_context_is_a_hash_of_magic_version_and_protected_bytes()
    {
        var header = Create(1, SampleRecipients.Local());
        byte[] hashed = [0x89, .. "EVC\r\n\u001a\n"u8, 1, .. SampleEnvelope.ProtectedHeader.ToJson()];
        Assert.Equal([.. "evc/v1 file\0"u8, .. SHA512.HashData(hashed)], header.BodyContext);
    }

    [Fact]
    public void Body_context_does_not_depend_on_what_a_rewrap_changes()
    {
        var header = Create(1, SampleRecipients.Local());
        Assert.Equal(header.BodyContext, Create(2, SampleRecipients.Local()).BodyContext);
        Assert.Equal(header.BodyContext, Create(2, SampleRecipients.OfEveryKind()).BodyContext);
        Assert.Equal(
            header.BodyContext,
            EnvelopeHeader.Create(SampleEnvelope.ProtectedHeader, [SampleRecipients.Kms()], 2, generation: 99).BodyContext);
    }

    [Fact]
    public void Body_context_depends_on_every_protected_member()
    {
        var sample = SampleEnvelope.ProtectedHeader;
        ProtectedHeader[] headers =
        [
            sample, sample with { Type = EnvelopeType.KekExport }, sample with { Context = EncryptionContext.Empty }, sample with { IssuedAt = 1 },
            sample with { Batch = new byte[16] }, sample with { Batch = SampleBytes.Of(16) }, sample with { Metadata = new byte[72] },
        ];
        var contexts = headers.Select(
            header => Convert.ToHexString(EnvelopeHeader.Create(header, [SampleRecipients.Local()], 1).BodyContext));
        Assert.Equal(headers.Length, contexts.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Newer_slot_is_read_after_a_rewrap_that_was_cut_off()
    {
        var (older, newer) = (Slotted(5, SampleRecipients.Local()), Slotted(6, SampleRecipients.Kms()));
        foreach (var newerAt in new[] { 0, 1 })
        {
            var read = Read(newerAt == 0 ? Combined(newer, older) : Combined(older, newer));
            Assert.Equal((newerAt, 6UL, false), (read.SelectedSlot, read.Generation, read.SlotsAgree));
            Assert.Equal(SampleRecipients.KmsArn, Assert.Single(read.Recipients).Kek);
        }
    }

    [Fact]
    public void Torn_slot_is_left_for_the_other()
    {
        var header = Slotted(5, SampleRecipients.Local());
        foreach (var torn in new[] { 0, 1 })
        {
            var bytes = header.Bytes.ToArray();
            bytes.AsSpan(header.Layout.SlotOffset + (torn * header.Layout.SlotSize), 512).Clear();
            var read = Read(bytes);
            Assert.Equal((1 - torn, false), (read.SelectedSlot, read.SlotsAgree));
            Assert.Equal(header.BodyContext, read.BodyContext);
        }
    }

    [Fact]
    public void Two_torn_slots_are_refused()
    {
        var header = Slotted(5, SampleRecipients.Local());
        var bytes = header.Bytes.ToArray();
        bytes[header.Layout.SlotOffset + 20] ^= 1;
        bytes[header.Layout.SlotOffset + header.Layout.SlotSize + 20] ^= 1;
        Refused.As(EnvelopeError.RecipientsDamaged, () => Read(bytes));
    }

    [Fact]
    public void Equal_generations_that_differ_are_refused() =>
        Refused.As(
            EnvelopeError.RecipientsForked, () => Read(Combined(Slotted(5, SampleRecipients.Local()), Slotted(5, SampleRecipients.Kms()))));

    [Theory]
    [InlineData("""{"recipients":[]}""")]
    [InlineData("""{"recipients":[{"alg":"local"}]}""")]
    [InlineData("""{"recipients": [{"alg":"x"}]}""")]
    [InlineData("not JSON")]
    [InlineData("")]
    public void Newest_slot_that_does_not_parse_fails_the_file_although_the_other_would(string json)
    {
        var sound = Slotted(5, SampleRecipients.Local());
        var bytes = sound.Bytes.ToArray();
        RecipientSlot.ToBytes(6, Encoding.UTF8.GetBytes(json), sound.Layout.SlotSize).CopyTo(bytes, sound.Layout.SlotOffset);
        Refused.As(EnvelopeError.HeaderInvalid, () => Read(bytes));

        RecipientSlot.ToBytes(4, Encoding.UTF8.GetBytes(json), sound.Layout.SlotSize).CopyTo(bytes, sound.Layout.SlotOffset);
        Assert.Equal(1, Read(bytes).SelectedSlot); // an older one is not looked at
    }

    [Fact]
    public void Gap_that_is_not_zero_is_refused()
    {
        var header = Slotted(5, SampleRecipients.Local());
        for (var at = 24 + header.Layout.ProtectedLength; at < header.Layout.SlotOffset; at++)
        {
            var bytes = header.Bytes.ToArray();
            bytes[at] = 0x20;
            Refused.As(EnvelopeError.HeaderInvalid, () => Read(bytes));
        }
    }

    [Fact]
    public void Room_in_the_slots_is_known()
    {
        var header = Create(2, SampleRecipients.Local());
        Assert.True(header.HasRoomFor(RecipientList.ToJson([SampleRecipients.Local(), SampleRecipients.Kms()])));
        Assert.True(header.HasRoomFor(new byte[4096 - RecipientSlot.Overhead]));
        Assert.False(header.HasRoomFor(new byte[4096 - RecipientSlot.Overhead + 1]));
        Assert.False(Create(1, SampleRecipients.Local()).HasRoomFor([]));
    }

    [Fact]
    public void Header_over_its_limits_is_not_made()
    {
        Refused.As(EnvelopeError.TooManyRecipients, () => Create(1, [.. Enumerable.Repeat(SampleRecipients.Local(), 65)]));
        Refused.As(EnvelopeError.WouldLockOut, () => Create(2));
        var large = SampleEnvelope.ProtectedHeader with { Metadata = new byte[50_000] };
        Refused.As(EnvelopeError.HeaderInvalid, () => EnvelopeHeader.Create(large, [SampleRecipients.Local()], 1));
    }

    // A context has at most 8 KiB, so such a header is refused in either case: for what it holds, or unread for its length.
    [Theory]
    [InlineData(65_536, EnvelopeError.ContextInvalid)]
    [InlineData(65_537, EnvelopeError.HeaderInvalid)]
    public void Protected_part_over_64_KiB_is_not_even_read(int length, EnvelopeError error)
    {
        const string start = "{\"enc\":\"Cobblestone-256\",\"typ\":\"file\",\"ctx\":{\"k\":\"";
        const string end = "\"},\"iat\":1}";
        var protectedPart = Encoding.ASCII.GetBytes(start + new string('v', length - start.Length - end.Length) + end);
        var fixedPart = new byte[FixedPart.Size];
        new FixedPart(SlotCount: 1, length, SlotSize: 100).WriteTo(fixedPart);

        Refused.As(error, () => Read([.. fixedPart, .. protectedPart, .. new byte[100]]));
    }

    private static EnvelopeHeader Create(int slotCount, params Recipient[] recipients) =>
        EnvelopeHeader.Create(SampleEnvelope.ProtectedHeader, recipients, slotCount);

    private static EnvelopeHeader Slotted(ulong generation, Recipient recipient) =>
        EnvelopeHeader.Create(SampleEnvelope.ProtectedHeader, [recipient], slotCount: 2, generation);

    // The first slot of one header and the second of another.
    private static byte[] Combined(EnvelopeHeader first, EnvelopeHeader second)
    {
        var bytes = first.Bytes.ToArray();
        second.Slot(1).CopyTo(bytes.AsSpan(first.Layout.SlotOffset + first.Layout.SlotSize));
        return bytes;
    }

    private static EnvelopeHeader Read(byte[] bytes) => EnvelopeHeader.Read(new MemoryStream(bytes));

    private static int Number(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));

    private static void RequireSlot(ReadOnlySpan<byte> slot, ulong generation, byte[] json)
    {
        Assert.Equal(generation, BinaryPrimitives.ReadUInt64BigEndian(slot));
        Assert.Equal(json.Length, BinaryPrimitives.ReadInt32BigEndian(slot[8..]));
        Assert.Equal(json, slot.Slice(12, json.Length).ToArray());
        Assert.Equal(-1, slot[(12 + json.Length)..^32].IndexOfAnyExcept((byte)0));
        Assert.Equal(SHA256.HashData(slot[..^32]), slot[^32..].ToArray());
    }
}
