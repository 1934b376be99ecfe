using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Format;

public sealed class RecipientSlotTests
{
    private const int SlotSize = 4096;
    private static readonly byte[] Json = RecipientList.ToJson([SampleRecipients.Local()]);
    private static readonly byte[] OtherJson = RecipientList.ToJson([SampleRecipients.Kms()]);

    [Fact]
    public void Slot_is_generation_length_JSON_zeros_and_digest()
    {
        var slot = RecipientSlot.ToBytes(0x0102030405060708, "{}"u8, 60);
        Assert.Equal(
            "0102030405060708" + "00000002" + "7b7d" + new string('0', 28), Convert.ToHexString(slot.AsSpan(0, 28)).ToLowerInvariant());
        Assert.Equal(SHA256.HashData(slot.AsSpan(0, 28)), slot[28..]);
        Assert.Equal(0x0102030405060708UL, RecipientSlot.GenerationOf(slot));
        Assert.Equal("{}", Encoding.UTF8.GetString(RecipientSlot.JsonOf(slot, slotCount: 2)));
    }

    [Theory]
    [InlineData(1, 100, 144)]
    [InlineData(2, 100, 4096)]
    [InlineData(2, 4096 - 2048 - 44, 4096)]
    [InlineData(2, 4096 - 2048 - 43, 8192)]
    [InlineData(2, (1024 * 1024) - 44, 1024 * 1024)]
    public void Two_slots_leave_room_and_one_leaves_none(int slotCount, int jsonLength, int size) =>
        Assert.Equal(size, RecipientSlot.SizeFor(slotCount, jsonLength));

    [Fact]
    public void Identical_slots_are_read()
    {
        var slot = RecipientSlot.ToBytes(5, Json, SlotSize);
        Assert.InRange(Select(slot, slot), 0, 1);
    }

    [Fact]
    public void Higher_generation_wins_wherever_it_stands()
    {
        Assert.Equal(1, Select(RecipientSlot.ToBytes(5, Json, SlotSize), RecipientSlot.ToBytes(6, OtherJson, SlotSize)));
        Assert.Equal(0, Select(RecipientSlot.ToBytes(6, OtherJson, SlotSize), RecipientSlot.ToBytes(5, Json, SlotSize)));
        Assert.Equal(1, Select(RecipientSlot.ToBytes(long.MaxValue, Json, SlotSize), RecipientSlot.ToBytes(1UL << 63, Json, SlotSize)));
        Assert.Equal(0, Select(RecipientSlot.ToBytes(ulong.MaxValue, Json, SlotSize), RecipientSlot.ToBytes(0, Json, SlotSize)));
        Assert.Equal(1, Select(RecipientSlot.ToBytes(0xff, Json, SlotSize), RecipientSlot.ToBytes(0x100, Json, SlotSize)));
    }

    [Fact]
    public void Torn_slot_is_left_for_the_other_also_when_that_is_older()
    {
        var (older, newer) = (RecipientSlot.ToBytes(5, Json, SlotSize), RecipientSlot.ToBytes(6, OtherJson, SlotSize));
        for (var torn = 0; torn < SlotSize; torn += 64)
        {
            byte[] half = [.. newer[..torn], .. older[torn..]]; // written up to here
            if (torn == 0)
                continue;
            Assert.Equal(0, Select(older, half));
            Assert.Equal(1, Select(half, older));
        }
    }

    [Fact]
    public void Slot_with_any_bit_changed_counts_as_torn()
    {
        var slot = RecipientSlot.ToBytes(5, Json, SlotSize);
        byte[] changed = [.. slot];
        for (var at = 0; at < SlotSize; at++)
        {
            changed[at] ^= (byte)(1 << (at % 8));
            Assert.Equal(0, Select(slot, changed));
            Assert.Equal(1, Select(changed, slot));
            changed[at] = slot[at];
        }
    }

    [Fact]
    public void Two_torn_slots_are_refused()
    {
        var slot = RecipientSlot.ToBytes(5, Json, SlotSize);
        slot[100] ^= 1;
        Refused.As(EnvelopeError.RecipientsDamaged, () => Select(slot, slot));
        Refused.As(EnvelopeError.RecipientsDamaged, () => Select(slot, new byte[SlotSize]));
        Refused.As(EnvelopeError.RecipientsDamaged, () => RecipientSlot.Select(slot, slotCount: 1, SlotSize));
    }

    [Fact]
    public void Equal_generations_that_differ_are_refused()
    {
        var (one, other) = (RecipientSlot.ToBytes(5, Json, SlotSize), RecipientSlot.ToBytes(5, OtherJson, SlotSize));
        Refused.As(EnvelopeError.RecipientsForked, () => Select(one, other));
        Refused.As(EnvelopeError.RecipientsForked, () => Select(other, one));

        other[100] ^= 1; // a torn slot claims nothing
        Assert.Equal(0, Select(one, other));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(2000)]
    [InlineData(SlotSize - RecipientSlot.DigestSize - 1)]
    public void Padding_that_is_not_zero_is_refused(int at)
    {
        var slot = RecipientSlot.ToBytes(5, [], SlotSize);
        slot[at] = 1;
        RequireRefused(Redigested(slot), slotCount: 2);
    }

    [Fact]
    public void Length_that_does_not_fit_is_refused()
    {
        foreach (var length in new uint[] { SlotSize - RecipientSlot.Overhead + 1, SlotSize, 0x7fff_ffff, 0x8000_0000, 0xffff_fff4, 0xffff_ffff })
        {
            var slot = RecipientSlot.ToBytes(5, Json, SlotSize);
            BinaryPrimitives.WriteUInt32BigEndian(slot.AsSpan(8), length);
            RequireRefused(Redigested(slot), slotCount: 2);
            RequireRefused(slot, slotCount: 1);
        }
    }

    [Fact]
    public void Single_slot_has_no_slack()
    {
        RequireRefused(RecipientSlot.ToBytes(1, Json, Json.Length + RecipientSlot.Overhead + 1), slotCount: 1);
        Assert.Equal(Json, RecipientSlot.JsonOf(RecipientSlot.ToBytes(1, Json, Json.Length + RecipientSlot.Overhead), slotCount: 1));
        Assert.Equal(Json, RecipientSlot.JsonOf(RecipientSlot.ToBytes(1, Json, Json.Length + RecipientSlot.Overhead), slotCount: 2));
    }

    [Fact]
    public void Generation_0_is_refused() => RequireRefused(RecipientSlot.ToBytes(0, Json, SlotSize), slotCount: 2);

    private static int Select(byte[] first, byte[] second) => RecipientSlot.Select([.. first, .. second], slotCount: 2, SlotSize);

    private static byte[] Redigested(byte[] slot)
    {
        SHA256.HashData(slot.AsSpan(0, slot.Length - RecipientSlot.DigestSize), slot.AsSpan(slot.Length - RecipientSlot.DigestSize));
        return slot;
    }

    private static void RequireRefused(byte[] slot, int slotCount) =>
        Refused.As(EnvelopeError.HeaderInvalid, () => RecipientSlot.JsonOf(slot, slotCount));
}
