using System.Buffers.Binary;
using System.Security.Cryptography;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Fuzz.Targets;

/// <summary>
/// All before an envelope's body. No fuzzer finds a SHA-256, so the first byte says which slots get a right digest before the rest is read:
/// <c>flags | envelope</c>, bit 0 for the first slot and bit 1 for the second.
/// </summary>
internal sealed class HeaderTarget() : FuzzTarget(
    "header",
    EnvelopeError.EmptyFile,
    EnvelopeError.NotAnEnvelope,
    EnvelopeError.UnsupportedVersion,
    EnvelopeError.HeaderInvalid,
    EnvelopeError.ContextInvalid,
    EnvelopeError.RecipientsDamaged,
    EnvelopeError.RecipientsForked)
{
    public override IEnumerable<byte[]> Seeds()
    {
        foreach (var recipients in SeedRecipients.Lists)
        {
            foreach (var slotCount in new[] { 1, 2 })
                yield return [3, .. HeaderOf(slotCount, recipients).Bytes.Span];
        }
        var older = HeaderOf(2, SeedRecipients.Lists[0]);
        var newer = EnvelopeHeader.Create(older.Protected, SeedRecipients.Lists[1], slotCount: 2, generation: 2);
        yield return [3, .. older.Bytes.Span[..^older.Layout.SlotSize], .. newer.Slot(0)];
        yield return [2, .. older.Bytes.Span];
        yield return [0];
    }

    protected override bool Parse(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return false;
        var envelope = input[1..].ToArray();
        SetDigests(envelope, input[0]);
        using var stream = new MemoryStream(envelope);
        var header = EnvelopeHeader.Read(stream);

        RequireSame(envelope.AsSpan(0, header.Layout.BodyOffset), header.Bytes.Span, "header");
        Require(stream.Position == header.Layout.BodyOffset, "The stream does not stand at the body.");
        RequireSame(
            envelope.AsSpan(FixedPart.Size, header.Layout.ProtectedLength), header.Protected.ToJson(), "protected header");
        var listed = RecipientList.ToJson(header.Recipients);
        RequireSame(RecipientSlot.JsonOf(header.Slot(header.SelectedSlot), header.Layout.SlotCount), listed, "recipients");
        var again = EnvelopeHeader.Create(header.Protected, header.Recipients, header.Layout.SlotCount, Math.Max(header.Generation, 1));
        RequireSame(header.BodyContext, again.BodyContext, "context of the body");
        if (header.Layout == again.Layout && header.SlotsAgree)
            RequireSame(header.Bytes.Span, again.Bytes.Span, "header written anew");
        using var written = new MemoryStream(again.Bytes.ToArray());
        RequireSame(listed, RecipientList.ToJson(EnvelopeHeader.Read(written).Recipients), "recipients of the header written anew");
        foreach (var recipient in header.Recipients.Concat(header.Disbelieved))
            RequireSame(Utf8(recipient.ToText()), Utf8(Recipient.FromText(recipient.ToText()).ToText()), "recipient");
        return true;
    }

    private static EnvelopeHeader HeaderOf(int slotCount, Recipient[] recipients) => EnvelopeHeader.Create(
        new ProtectedHeader
        {
            Type = slotCount == 1 ? EnvelopeType.File : EnvelopeType.KekExport,
            Context = EncryptionContext.Create([new("purpose", "fuzz"), new("iat", "\u00e9\"")]),
            IssuedAt = SeedRecipients.IssuedAt,
            Batch = recipients.Length > 1 ? new byte[ProtectedHeader.BatchSize] : null,
            Metadata = slotCount == 1 ? new byte[80] : null,
        },
        recipients,
        slotCount);

    // As far as the fixed part makes sense; where it does not, the parser refuses it anyway.
    private static void SetDigests(byte[] envelope, byte flags)
    {
        if (envelope.Length < FixedPart.Size)
            return;
        var offset = BinaryPrimitives.ReadUInt32BigEndian(envelope.AsSpan(16));
        var size = BinaryPrimitives.ReadUInt32BigEndian(envelope.AsSpan(20));
        for (var i = 0; i < 2; i++)
        {
            var start = offset + (i * (long)size);
            if ((flags >> i & 1) == 0 || size < RecipientSlot.Overhead || start + size > envelope.Length)
                continue;
            var slot = envelope.AsSpan((int)start, (int)size);
            SHA256.HashData(slot[..^RecipientSlot.DigestSize], slot[^RecipientSlot.DigestSize..]);
        }
    }
}
