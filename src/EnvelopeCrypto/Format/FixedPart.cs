using System.Buffers.Binary;
using System.Diagnostics;

namespace EnvelopeCrypto.Format;

/// <summary>The first 24 bytes of an envelope. They leave no slack: every value but the slot size follows from the others.</summary>
/// <remarks>
/// <code>magic(8) | version(1) | slot count(1) | zero(2) | protected length(4) | offset of the first slot(4) | slot size(4)</code>
/// Integers are big-endian.
/// </remarks>
internal readonly record struct FixedPart(int SlotCount, int ProtectedLength, int SlotSize)
{
    public const int Size = 24;
    public const byte Version = 1;
    public const int SlotCountOffset = 9;
    public const int TwoSlotAlignment = 4096;

    public static ReadOnlySpan<byte> Magic => [0x89, (byte)'E', (byte)'V', (byte)'C', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    public int SlotOffset => SlotOffsetFor(SlotCount, ProtectedLength);

    /// <summary>Where the body begins, in bytes from the start of the file.</summary>
    public int BodyOffset => SlotOffset + (SlotCount * SlotSize);

    /// <exception cref="EnvelopeException">EmptyFile, NotAnEnvelope, UnsupportedVersion, HeaderInvalid.</exception>
    public static FixedPart Parse(ReadOnlySpan<byte> bytes)
    {
        RequireMagic(bytes);
        if (bytes.Length > 8 && bytes[8] != Version)
        {
            throw new EnvelopeException(
                EnvelopeError.UnsupportedVersion,
                $"this is an envelope of version {bytes[8]}; this program reads version {Version}. Use a newer program.");
        }
        if (bytes.Length < Size)
            throw CanonicalJson.Invalid("header", "is cut off");

        var slotCount = bytes[SlotCountOffset];
        var protectedLength = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
        var slotOffset = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
        var slotSize = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]);
        if (slotCount is not (1 or 2))
            throw CanonicalJson.Invalid("header", "has neither one slot nor two");
        if (bytes[10] != 0 || bytes[11] != 0)
            throw CanonicalJson.Invalid("header", "has a reserved byte that is not zero");
        if (protectedLength is 0 or > FormatLimits.MaxProtectedLength)
        {
            throw CanonicalJson.Invalid(
                "header", $"claims a protected part of {protectedLength} bytes, where 1 to {FormatLimits.MaxProtectedLength} are allowed");
        }
        if (slotOffset != SlotOffsetFor(slotCount, (int)protectedLength))
            throw CanonicalJson.Invalid("header", "has its slots at another offset than the one allowed");
        if (slotSize is <= RecipientSlot.Overhead or > FormatLimits.MaxSlotSize || (slotCount == 2 && slotSize % TwoSlotAlignment != 0))
            throw CanonicalJson.Invalid("header", "has a slot size that is not allowed");
        return new FixedPart(slotCount, (int)protectedLength, (int)slotSize);
    }

    /// <summary>Whether the bytes begin as an envelope does.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Magic);

    public void WriteTo(Span<byte> destination)
    {
        Debug.Assert(SlotCount is 1 or 2);
        Magic.CopyTo(destination);
        destination[8] = Version;
        destination[SlotCountOffset] = (byte)SlotCount;
        destination[10..12].Clear();
        BinaryPrimitives.WriteInt32BigEndian(destination[12..], ProtectedLength);
        BinaryPrimitives.WriteInt32BigEndian(destination[16..], SlotOffset);
        BinaryPrimitives.WriteInt32BigEndian(destination[20..], SlotSize);
    }

    private static int SlotOffsetFor(int slotCount, int protectedLength)
    {
        var end = Size + protectedLength;
        return slotCount == 1 ? end : RoundUp(end);
    }

    /// <summary>The next multiple of 4,096.</summary>
    public static int RoundUp(int size) => (size + TwoSlotAlignment - 1) / TwoSlotAlignment * TwoSlotAlignment;

    private static void RequireMagic(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            throw new EnvelopeException(EnvelopeError.EmptyFile, "the file is empty; an envelope never is.");
        if (!HasMagic(bytes) && !(bytes.Length < Magic.Length && Magic.StartsWith(bytes)))
            throw new EnvelopeException(EnvelopeError.NotAnEnvelope, "this is not an envelope.");
        if (bytes.Length < Magic.Length)
            throw CanonicalJson.Invalid("header", "is cut off");
    }
}
