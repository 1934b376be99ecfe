using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Format;

/// <summary>What the slot that is not read says of who else could open the file: only what is whole and sound counts.</summary>
public sealed class OtherSlotTests
{
    private static readonly Recipient Local = SampleRecipients.Local();
    private static readonly Recipient Kms = SampleRecipients.Kms();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Recipients_of_a_whole_slot_count(int other)
    {
        var header = With(other, generation: 4, ListOf(Kms));
        Assert.Equal((1 - other, 5UL), (header.SelectedSlot, header.Generation));
        Assert.Equal(Kms.Kek, Assert.Single(header.Disbelieved).Kek);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Recipients_of_a_torn_slot_do_not_count_though_their_JSON_is_intact(int other)
    {
        var header = With(other, generation: 99, ListOf(Kms), torn: true);
        Assert.Equal((1 - other, 5UL, false), (header.SelectedSlot, header.Generation, header.SlotsAgree));
        Assert.Equal(Local.Kek, Assert.Single(header.Recipients).Kek);
        Assert.Empty(header.Disbelieved);
    }

    [Theory]
    [InlineData("""{"recipients":[]}""")]
    [InlineData("""{"recipients":[{"alg":"local"}]}""")]
    [InlineData("no JSON")]
    public void Whole_slot_with_an_invalid_list_opens_for_nobody(string json)
    {
        var header = With(other: 1, generation: 4, Encoding.UTF8.GetBytes(json));
        Assert.Equal((0, false), (header.SelectedSlot, header.SlotsAgree));
        Assert.Empty(header.Disbelieved);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Whole_slot_with_an_invalid_list_forks_the_file_in_the_same_generation(int other)
    {
        var failure = Refused.As(EnvelopeError.RecipientsForked, () => With(other, generation: 5, "no JSON"u8.ToArray()));
        Assert.Contains(Local.Kek, failure.Reason, StringComparison.Ordinal); // the one that can be read is told of
    }

    private static byte[] ListOf(Recipient recipient) => RecipientList.ToJson([recipient]);

    // One slot for a local KEK of the generation 5; in the other, what is given.
    private static EnvelopeHeader With(int other, ulong generation, byte[] json, bool torn = false)
    {
        var header = EnvelopeHeader.Create(SampleEnvelope.ProtectedHeader, [Local], slotCount: 2, generation: 5);
        var bytes = header.Bytes.ToArray();
        var slot = RecipientSlot.ToBytes(generation, json, header.Layout.SlotSize);
        if (torn)
            slot[^1] ^= 1;
        slot.CopyTo(bytes, header.Layout.SlotOffset + (other * header.Layout.SlotSize));
        return EnvelopeHeader.Read(new MemoryStream(bytes));
    }
}
