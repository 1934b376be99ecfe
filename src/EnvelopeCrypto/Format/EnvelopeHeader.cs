using System.Diagnostics;
using System.Security.Cryptography;

namespace EnvelopeCrypto.Format;

/// <summary>All of an envelope that stands before its body: fixed part, protected header, one or two recipient slots.</summary>
internal sealed class EnvelopeHeader
{
    private readonly byte[] _bytes;

    private EnvelopeHeader(
        byte[] bytes, FixedPart layout, ProtectedHeader protectedHeader, int selectedSlot, IReadOnlyList<Recipient> recipients)
    {
        _bytes = bytes;
        Layout = layout;
        Protected = protectedHeader;
        SelectedSlot = selectedSlot;
        Recipients = recipients;
    }

    public FixedPart Layout { get; }

    public ProtectedHeader Protected { get; }

    /// <summary>The slot that was read: 0 or 1.</summary>
    public int SelectedSlot { get; }

    public IReadOnlyList<Recipient> Recipients { get; }

    /// <summary>The highest that a whole slot claims: that of the slot that was read, unless another was to be believed.</summary>
    public ulong Generation =>
        Math.Max(RecipientSlot.GenerationOf(Slot(SelectedSlot)), IsOtherWhole ? RecipientSlot.GenerationOf(Slot(1 - SelectedSlot)) : 0);

    /// <summary>False after a rewrap that was cut off between its two writes.</summary>
    public bool SlotsAgree => Layout.SlotCount == 1 || Slot(0).SequenceEqual(Slot(1));

    /// <summary>
    /// Recipients that only the slot has that was not read, where it is whole: left by a rewrap that was cut off, or by anyone who put
    /// another slot in the file's other place. Writing over them takes ways in away.
    /// </summary>
    public IReadOnlyList<Recipient> Disbelieved => SlotsAgree ? [] : OnlyInOtherSlot() ?? [];

    /// <summary>
    /// Whether the slot that was not read differs and cannot be read, since it is torn or breaks a rule: its bytes may still hold a wrapped
    /// key, perhaps the only one that opens.
    /// </summary>
    public bool HasUnreadableSlot => !SlotsAgree && OnlyInOtherSlot() is null;

    /// <summary>
    /// The KEKs that may open the file, in canonical form: those of the slot that was read, then those that only the other names.
    /// </summary>
    public IReadOnlyList<string> Keks => [.. EveryRecipient.Select(recipient => recipient.Kek)];

    /// <summary>The recipients of both slots.</summary>
    public IEnumerable<Recipient> EveryRecipient => Recipients.Concat(Disbelieved);

    /// <summary>
    /// SlotsDiffer where the two slots do; null where they agree. The other slot can come to be the one that is read: when this one is
    /// damaged, or by a generation that somebody writes there.
    /// </summary>
    public EnvelopeException? Difference => SlotsAgree ? null : new(EnvelopeError.SlotsDiffer, Disbelieved.Count > 0
        ? $"its two recipient slots differ: the one that is not read is for {string.Join("; ", Disbelieved.Select(recipient => recipient.Kek))}. "
            + "A rewrap was cut off, or somebody changed the file."
        : HasUnreadableSlot
        ? "one of its two recipient slots is damaged, and its bytes may still hold a wrapped key of a KEK that is not listed."
        : "its two recipient slots differ: a rewrap was cut off, or somebody changed the file.");

    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The context that the body is encrypted under: it binds every byte of the protected header.</summary>
    public byte[] BodyContext
    {
        get
        {
            // magic || version || protected, without the slot count, lengths and offsets, which a rewrap may change
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
            hash.AppendData(_bytes, 0, FixedPart.Magic.Length + 1);
            hash.AppendData(_bytes, FixedPart.Size, Layout.ProtectedLength);
            return [.. "evc/v1 file\0"u8, .. hash.GetHashAndReset()];
        }
    }

    /// <summary>A new header of generation 1, or of a later one when an envelope is written again beside the old.</summary>
    /// <exception cref="EnvelopeException">
    /// TooManyRecipients, WouldLockOut for no recipient, HeaderInvalid for one that breaks a rule or a protected header that is too long.
    /// </exception>
    public static EnvelopeHeader Create(
        ProtectedHeader protectedHeader, IReadOnlyList<Recipient> recipients, int slotCount, ulong generation = 1)
    {
        Debug.Assert(slotCount is 1 or 2 && generation > 0);
        var protectedJson = protectedHeader.ToJson();
        if (protectedJson.Length > FormatLimits.MaxProtectedLength)
        {
            throw new EnvelopeException(
                EnvelopeError.HeaderInvalid,
                $"the header would have {protectedJson.Length} bytes; {FormatLimits.MaxProtectedLength} are allowed. "
                + "Use a smaller encryption context.");
        }
        var recipientsJson = RecipientList.ToJson(recipients);
        var layout = new FixedPart(slotCount, protectedJson.Length, RecipientSlot.SizeFor(slotCount, recipientsJson.Length));

        var bytes = new byte[layout.BodyOffset];
        layout.WriteTo(bytes);
        protectedJson.CopyTo(bytes, FixedPart.Size);
        var slot = RecipientSlot.ToBytes(generation, recipientsJson, layout.SlotSize);
        for (var i = 0; i < slotCount; i++)
            slot.CopyTo(bytes, layout.SlotOffset + (i * layout.SlotSize));
        return new EnvelopeHeader(bytes, layout, protectedHeader, 0, recipients);
    }

    /// <summary>Reads a header from the front of a stream and leaves the stream at the body.</summary>
    /// <param name="input">The envelope, from its start.</param>
    /// <param name="believed">
    /// The slot to read where two differ; null: the one of the higher generation, and an error for two of one generation.
    /// </param>
    /// <exception cref="EnvelopeException">
    /// EmptyFile, NotAnEnvelope, UnsupportedVersion, HeaderInvalid, RecipientsDamaged, RecipientsForked, ContextInvalid.
    /// </exception>
    public static EnvelopeHeader Read(Stream input, ForkedSlot? believed = null)
    {
        var (bytes, layout) = ReadBytes(input);
        return Parse(bytes, layout, believed);
    }

    /// <summary>The recipients alone, for anyone who asks many envelopes: the rest of the header is not looked at.</summary>
    /// <exception cref="EnvelopeException">As of <see cref="Read"/>.</exception>
    public static IReadOnlyList<Recipient> ReadRecipients(Stream input)
    {
        var (bytes, layout) = ReadBytes(input);
        return RecipientsOf(bytes, layout, RecipientSlot.Select(bytes.AsSpan(layout.SlotOffset), layout.SlotCount, layout.SlotSize));
    }

    /// <summary>Whether <paramref name="recipientsJson"/> fits into this header's slots, so that they can be written in place.</summary>
    public bool HasRoomFor(ReadOnlySpan<byte> recipientsJson) =>
        Layout.SlotCount == 2 && recipientsJson.Length + RecipientSlot.Overhead <= Layout.SlotSize;

    public ReadOnlySpan<byte> Slot(int index) => SlotOf(_bytes, Layout, index);

    private static (byte[] Bytes, FixedPart Layout) ReadBytes(Stream input)
    {
        Span<byte> front = stackalloc byte[FixedPart.Size];
        var read = input.ReadAtLeast(front, front.Length, throwOnEndOfStream: false);
        var layout = FixedPart.Parse(front[..read]);
        var bytes = new byte[layout.BodyOffset]; // at most 2.1 MiB: FixedPart has checked each length
        front.CopyTo(bytes);
        var rest = bytes.AsSpan(FixedPart.Size);
        return input.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false) == rest.Length
            ? (bytes, layout)
            : throw CanonicalJson.Invalid("header", "is cut off");
    }

    private static EnvelopeHeader Parse(byte[] bytes, FixedPart layout, ForkedSlot? believed)
    {
        var protectedEnd = FixedPart.Size + layout.ProtectedLength;
        var protectedHeader = ProtectedHeader.Parse(bytes.AsSpan(FixedPart.Size, layout.ProtectedLength));
        if (bytes.AsSpan(protectedEnd, layout.SlotOffset - protectedEnd).ContainsAnyExcept((byte)0))
            throw CanonicalJson.Invalid("header", "has a gap that is not zero");
        var selected = RecipientSlot.Select(bytes.AsSpan(layout.SlotOffset), layout.SlotCount, layout.SlotSize, believed);
        return new EnvelopeHeader(bytes, layout, protectedHeader, selected, RecipientsOf(bytes, layout, selected));
    }

    private static IReadOnlyList<Recipient> RecipientsOf(byte[] bytes, FixedPart layout, int slot) =>
        RecipientList.Parse(RecipientSlot.JsonOf(SlotOf(bytes, layout, slot), layout.SlotCount));

    private static ReadOnlySpan<byte> SlotOf(byte[] bytes, FixedPart layout, int slot) =>
        bytes.AsSpan(layout.SlotOffset + (slot * layout.SlotSize), layout.SlotSize);

    private bool IsOtherWhole => Layout.SlotCount == 2 && RecipientSlot.IsWhole(Slot(1 - SelectedSlot));

    // Null: it cannot be read.
    private List<Recipient>? OnlyInOtherSlot()
    {
        if (!IsOtherWhole)
            return null;
        var known = Recipients.Select(recipient => recipient.ToText()).ToHashSet(StringComparer.Ordinal);
        try
        {
            return [.. RecipientsOf(_bytes, Layout, 1 - SelectedSlot).Where(recipient => !known.Contains(recipient.ToText()))];
        }
        catch (EnvelopeException)
        {
            return null;
        }
    }
}
