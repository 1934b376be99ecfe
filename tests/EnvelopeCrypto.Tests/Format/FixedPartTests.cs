using System.Buffers.Binary;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Format;

public sealed class FixedPartTests
{
    [Fact]
    public void One_slot_stands_right_behind_the_protected_part()
    {
        var fixedPart = new FixedPart(SlotCount: 1, ProtectedLength: 100, SlotSize: 500);
        Assert.Equal((124, 624), (fixedPart.SlotOffset, fixedPart.BodyOffset));
        Assert.Equal("894556430d0a1a0a" + "01" + "01" + "0000" + "00000064" + "0000007c" + "000001f4", Hex(fixedPart));
        Assert.Equal(fixedPart, FixedPart.Parse(Bytes(fixedPart)));
    }

    [Theory]
    [InlineData(1, 4096)]
    [InlineData(100, 4096)]
    [InlineData(4096 - 24, 4096)]
    [InlineData(4096 - 23, 8192)]
    [InlineData(65_536, 69_632)]
    public void Two_slots_stand_at_multiples_of_4096(int protectedLength, int slotOffset)
    {
        var fixedPart = new FixedPart(SlotCount: 2, protectedLength, SlotSize: 8192);
        Assert.Equal((slotOffset, slotOffset + (2 * 8192)), (fixedPart.SlotOffset, fixedPart.BodyOffset));
        Assert.Equal(fixedPart, FixedPart.Parse(Bytes(fixedPart)));
    }

    [Fact]
    public void Empty_input_is_named_as_such() => Refused.As(EnvelopeError.EmptyFile, () => FixedPart.Parse([]));

    [Fact]
    public void Input_that_is_cut_off_is_named_as_such()
    {
        var bytes = Bytes(new FixedPart(1, 100, 500));
        for (var length = 1; length < FixedPart.Size; length++)
            Refused.As(EnvelopeError.HeaderInvalid, () => FixedPart.Parse(bytes.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("8945564300")]
    [InlineData("504b0304140000000800")] // a zip archive
    [InlineData("6167652d656e6372797074696f6e2e6f72672f76310a")] // an age file
    [InlineData("09455643" + "0d0a1a0a" + "0101")] // the eighth bit lost
    [InlineData("89455643" + "0a1a0a01" + "0100")] // CR LF made LF
    [InlineData("89455643" + "0d0d0a1a" + "0d0a01")] // LF made CR LF
    public void Other_files_are_named_as_such(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        Refused.As(EnvelopeError.NotAnEnvelope, () => FixedPart.Parse(bytes));
        Refused.As(EnvelopeError.NotAnEnvelope, () => FixedPart.Parse([.. bytes, .. new byte[100]]));
        Assert.False(FixedPart.HasMagic(bytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public void Other_version_is_named_as_such_before_anything_else(int version)
    {
        byte[] bytes = [.. FixedPart.Magic, (byte)version, .. Enumerable.Repeat((byte)0xff, 40)];
        Refused.As(EnvelopeError.UnsupportedVersion, () => FixedPart.Parse(bytes));
        Refused.As(EnvelopeError.UnsupportedVersion, () => FixedPart.Parse(bytes.AsSpan(0, 9)));
        Assert.True(FixedPart.HasMagic(bytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(255)]
    public void Slot_count_is_one_or_two(int slotCount) => RequireRefused(1, bytes => bytes[9] = (byte)slotCount);

    [Theory]
    [InlineData(10, 1)]
    [InlineData(10, 0x80)]
    [InlineData(11, 1)]
    [InlineData(11, 0x80)]
    public void Reserved_bytes_are_zero(int at, int value) => RequireRefused(1, bytes => bytes[at] = (byte)value);

    [Theory]
    [InlineData(0)]
    [InlineData(65_537)]
    [InlineData(0x7fff_ffff)]
    [InlineData(0x8000_0000)]
    [InlineData(0xffff_ffff)]
    [InlineData(0xffff_ffe8)] // with the 24 bytes before it, zero
    public void Protected_length_is_1_to_64_KiB(uint length)
    {
        foreach (var slotCount in new[] { 1, 2 })
        {
            var end = FixedPart.Size + length; // as a reader with 32 bits might reckon
            RequireRefused(slotCount, bytes =>
            {
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), length);
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), slotCount == 1 ? end : (end + 4095) / 4096 * 4096);
            });
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 24)]
    [InlineData(1, 123)]
    [InlineData(1, 125)]
    [InlineData(1, 4096)]
    [InlineData(1, 0x8000_007c)]
    [InlineData(2, 0)]
    [InlineData(2, 124)]
    [InlineData(2, 4095)]
    [InlineData(2, 4097)]
    [InlineData(2, 8192)]
    [InlineData(2, 0xffff_f000)]
    public void Slots_stand_at_the_one_offset_that_follows(int slotCount, uint offset) =>
        RequireRefused(slotCount, bytes => BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), offset));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, RecipientSlot.Overhead)]
    [InlineData(1, (1024 * 1024) + 1)]
    [InlineData(1, 0x8000_0000)]
    [InlineData(1, 0xffff_ffff)]
    [InlineData(2, 0)]
    [InlineData(2, 100)]
    [InlineData(2, 4095)]
    [InlineData(2, 4097)]
    [InlineData(2, (1024 * 1024) + 4096)]
    [InlineData(2, 0xffff_f000)]
    public void Slot_size_is_within_bounds(int slotCount, uint size) =>
        RequireRefused(slotCount, bytes => BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(20), size));

    [Theory]
    [InlineData(1, RecipientSlot.Overhead + 1)]
    [InlineData(1, 1024 * 1024)]
    [InlineData(2, 4096)]
    [InlineData(2, 1024 * 1024)]
    public void Slot_size_may_reach_its_bounds(int slotCount, int size)
    {
        var fixedPart = new FixedPart(slotCount, FormatLimits.MaxProtectedLength, size);
        Assert.Equal(fixedPart, FixedPart.Parse(Bytes(fixedPart)));
    }

    private static void RequireRefused(int slotCount, Action<byte[]> change)
    {
        var bytes = Bytes(new FixedPart(slotCount, 100, 8192));
        change(bytes);
        Refused.As(EnvelopeError.HeaderInvalid, () => FixedPart.Parse(bytes));
    }

    private static byte[] Bytes(FixedPart fixedPart)
    {
        var bytes = Enumerable.Repeat((byte)0xEE, FixedPart.Size).ToArray();
        fixedPart.WriteTo(bytes);
        return bytes;
    }

    private static string Hex(FixedPart fixedPart) => Convert.ToHexString(Bytes(fixedPart)).ToLowerInvariant();
}
