using System.Buffers.Binary;
using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Format;

/// <summary>A few bytes that claim much take little memory.</summary>
public sealed class HeaderMemoryTests
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    [Theory]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(20)]
    public void Length_over_its_limit_takes_none(int at)
    {
        foreach (var length in new uint[] { 2 * MiB, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff })
        {
            var bytes = new byte[FixedPart.Size];
            new FixedPart(SlotCount: 2, ProtectedLength: 100, SlotSize: 4096).WriteTo(bytes);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), length);
            Assert.InRange(MemoryToRefuse(() => EnvelopeHeader.Read(new MemoryStream(bytes))), 0, 100 * KiB);
        }
    }

    [Fact]
    public void Largest_header_takes_its_length_once()
    {
        var bytes = new byte[FixedPart.Size];
        new FixedPart(SlotCount: 2, FormatLimits.MaxProtectedLength, FormatLimits.MaxSlotSize).WriteTo(bytes);
        Assert.InRange(MemoryToRefuse(() => EnvelopeHeader.Read(new MemoryStream(bytes))), 2 * MiB, (2 * MiB) + (200 * KiB));
    }

    [Theory]
    [InlineData(0x8000_0000)]
    [InlineData(0x7fff_ffff)]
    [InlineData(0xffff_ffff)]
    public void Slot_that_claims_more_than_it_holds_takes_none(uint length)
    {
        var slot = new byte[4096];
        slot[7] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(slot.AsSpan(8), length);
        Assert.InRange(MemoryToRefuse(() => RecipientSlot.JsonOf(slot, slotCount: 2)), 0, 100 * KiB);
    }

    [Fact]
    public void Bytes_over_their_limit_are_not_decoded()
    {
        var element = CanonicalJson.Parse(Encoding.UTF8.GetBytes($$"""{"key":"{{new string('A', 1_000_000)}}"}"""), "test");
        var memory = MemoryToRefuse(() => new JsonMembers(element, "test").Bytes("key", 1, FormatLimits.MaxWrappedKeyLength));
        Assert.InRange(memory, 0, 2_100_000); // the text itself, two bytes a character
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"a":{}}""")]
    [InlineData("\"\"")]
    [InlineData("1")]
    public void Slot_full_of_small_things_takes_a_small_multiple_of_its_size(string thing)
    {
        var things = string.Join(',', Enumerable.Repeat(thing, 1_000_000 / (thing.Length + 1)));
        var json = Encoding.UTF8.GetBytes($$"""{"recipients":[{"alg":"x","y":[{{things}}],"z":0.5}]}""");
        Assert.InRange(MemoryToRefuse(() => RecipientList.Parse(json)), 0, 64 * MiB);
    }

    private static long MemoryToRefuse(Action action)
    {
        Assert.Throws<EnvelopeException>(action); // once before, for what the runtime makes only once
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            action();
        }
        catch (EnvelopeException)
        {
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        throw new InvalidOperationException("It was refused once, and now it is not.");
    }
}
