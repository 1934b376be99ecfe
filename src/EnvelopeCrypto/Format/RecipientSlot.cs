using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;

namespace EnvelopeCrypto.Format;

/// <summary>
/// A slot for recipients: <c>generation(8) | length(4) | JSON | zeros | SHA-256 of all before it(32)</c>. The digest finds torn
/// writes; it is not a security check.
/// </summary>
internal static class RecipientSlot
{
    public const int DigestSize = 32;
    public const int Overhead = sizeof(ulong) + sizeof(uint) + DigestSize;

    /// <summary>Room that each of two slots leaves, so that recipients can be added in place.</summary>
    public const int SpareSize = 2 * 1024;

    private const int JsonOffset = sizeof(ulong) + sizeof(uint);
    private const string What = "recipient slot";

    /// <summary>The slot size for a list of that length: exact for one slot, with room to grow for two.</summary>
    public static int SizeFor(int slotCount, int jsonLength)
    {
        var size = Overhead + jsonLength;
        return slotCount == 1 ? size : Math.Min(FixedPart.RoundUp(size + SpareSize), FormatLimits.MaxSlotSize);
    }

    public static byte[] ToBytes(ulong generation, ReadOnlySpan<byte> json, int slotSize)
    {
        Debug.Assert(json.Length + Overhead <= slotSize);
        var slot = new byte[slotSize];
        BinaryPrimitives.WriteUInt64BigEndian(slot, generation);
        BinaryPrimitives.WriteInt32BigEndian(slot.AsSpan(sizeof(ulong)), json.Length);
        json.CopyTo(slot.AsSpan(JsonOffset));
        SHA256.HashData(slot.AsSpan(0, slotSize - DigestSize), slot.AsSpan(slotSize - DigestSize));
        return slot;
    }

    public static ulong GenerationOf(ReadOnlySpan<byte> slot) => BinaryPrimitives.ReadUInt64BigEndian(slot);

    /// <summary>The index of the slot to read: of those with a right digest, the one of the highest generation.</summary>
    /// <param name="slots">All slots.</param>
    /// <param name="slotCount">How many.</param>
    /// <param name="slotSize">Bytes of each.</param>
    /// <param name="believed">
    /// The one to read where two differ, whatever their generations; null: that is an error for two of one generation.
    /// </param>
    /// <exception cref="EnvelopeException">RecipientsDamaged, RecipientsForked.</exception>
    public static int Select(ReadOnlySpan<byte> slots, int slotCount, int slotSize, ForkedSlot? believed = null)
    {
        var first = slots[..slotSize];
        if (slotCount == 1)
            return IsWhole(first) ? 0 : throw Damaged("its recipient slot is damaged.");

        var second = slots.Slice(slotSize, slotSize);
        var (isFirstWhole, isSecondWhole) = (IsWhole(first), IsWhole(second));
        if (!isFirstWhole && !isSecondWhole)
            throw Damaged("both of its recipient slots are damaged.");
        if (believed is { } named && !first.SequenceEqual(second))
        {
            return (named == ForkedSlot.First ? isFirstWhole : isSecondWhole)
                ? (int)named
                : throw Damaged("the recipient slot that is to be believed is damaged, and the other is whole.");
        }
        if (!isFirstWhole || !isSecondWhole)
            return isFirstWhole ? 0 : 1;
        var (mine, theirs) = (GenerationOf(first), GenerationOf(second));
        return mine == theirs && !first.SequenceEqual(second) ? throw Forked(first, second) : theirs > mine ? 1 : 0;
    }

    /// <summary>Whether a slot's digest is right: it was written to its end.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> slot)
    {
        Span<byte> digest = stackalloc byte[DigestSize];
        SHA256.HashData(slot[..^DigestSize], digest);
        return digest.SequenceEqual(slot[^DigestSize..]);
    }

    /// <summary>The JSON of a selected slot.</summary>
    /// <exception cref="EnvelopeException">HeaderInvalid: a length that does not fit, slack, or padding that is not zero.</exception>
    public static ReadOnlySpan<byte> JsonOf(ReadOnlySpan<byte> slot, int slotCount)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(slot[sizeof(ulong)..]);
        if (GenerationOf(slot) == 0)
            throw CanonicalJson.Invalid(What, "has the generation 0");
        if (length > slot.Length - Overhead)
            throw CanonicalJson.Invalid(What, "claims more than it can hold");
        if (slotCount == 1 && length != slot.Length - Overhead)
            throw CanonicalJson.Invalid(What, "is larger than what it holds");
        var end = JsonOffset + (int)length;
        if (slot[end..^DigestSize].ContainsAnyExcept((byte)0))
            throw CanonicalJson.Invalid(What, "has padding that is not zero");
        return slot[JsonOffset..end];
    }

    private static EnvelopeException Forked(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => new(
        EnvelopeError.RecipientsForked,
        $"its two recipient slots claim the same generation and differ: the first is for {KeksOf(first)}, the second for {KeksOf(second)}. "
        + "The file was changed, or restored in part; a rewrap that is told which slot to believe mends it.");

    private static string KeksOf(ReadOnlySpan<byte> slot)
    {
        try
        {
            return string.Join("; ", RecipientList.Parse(JsonOf(slot, slotCount: 2)).Select(recipient => recipient.Kek));
        }
        catch (EnvelopeException)
        {
            return "no one, as it is damaged";
        }
    }

    private static EnvelopeException Damaged(string what) => new(EnvelopeError.RecipientsDamaged, what);
}
