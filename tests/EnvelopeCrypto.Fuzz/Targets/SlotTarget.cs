using System.Buffers.Binary;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Fuzz.Targets;

/// <summary>A recipient slot and the list in it: <c>count of slots - 1 | slot without its digest</c>, which is put after it.</summary>
internal sealed class SlotTarget() : FuzzTarget("slot", EnvelopeError.HeaderInvalid)
{
    public override IEnumerable<byte[]> Seeds()
    {
        foreach (var recipients in SeedRecipients.Lists)
        {
            var json = RecipientList.ToJson(recipients);
            yield return [0, .. RecipientSlot.ToBytes(1, json, json.Length + RecipientSlot.Overhead)[..^RecipientSlot.DigestSize]];
            yield return [1, .. RecipientSlot.ToBytes(ulong.MaxValue, json, json.Length + 100)[..^RecipientSlot.DigestSize]];
        }
    }

    protected override bool Parse(ReadOnlySpan<byte> input)
    {
        const int Least = RecipientSlot.Overhead - RecipientSlot.DigestSize;
        if (input.Length is <= Least or > FormatLimits.MaxSlotSize - RecipientSlot.DigestSize)
            return false;
        var slotCount = (input[0] & 1) + 1;
        byte[] slot = [.. input[1..], .. new byte[RecipientSlot.DigestSize]];
        var json = RecipientSlot.JsonOf(slot, slotCount);
        var recipients = RecipientList.Parse(json);

        RequireSame(json, RecipientList.ToJson(recipients), "recipients");
        var again = RecipientSlot.ToBytes(BinaryPrimitives.ReadUInt64BigEndian(slot), json, slot.Length);
        RequireSame(slot.AsSpan(0, slot.Length - RecipientSlot.DigestSize), again.AsSpan(0, again.Length - RecipientSlot.DigestSize), "slot");
        Require(RecipientSlot.IsWhole(again), "The slot that was written has a wrong digest.");
        foreach (var recipient in recipients)
        {
            RequireSame(Utf8(recipient.ToText()), Utf8(Recipient.FromText(recipient.ToText()).ToText()), "recipient");
            Require(recipient.Kek.Length > 0, "A recipient has no KEK.");
        }
        return true;
    }
}
