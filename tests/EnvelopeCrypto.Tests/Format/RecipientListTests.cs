using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Format;

public sealed class RecipientListTests
{
    [Fact]
    public void Recipients_of_every_kind_are_written_and_read_in_order()
    {
        var recipients = SampleRecipients.OfEveryKind();
        var json = RecipientList.ToJson(recipients);
        var read = RecipientList.Parse(json);

        Assert.Equal(recipients.Select(recipient => recipient.Kek).ToArray(), read.Select(recipient => recipient.Kek).ToArray());
        Assert.Equal(json, RecipientList.ToJson(read));
    }

    [Fact]
    public void List_has_1_to_64_recipients()
    {
        RequireRefused("""{"recipients":[]}""");
        RequireRefused(Json([.. Enumerable.Repeat("""{"alg":"x"}""", 65)]));
        Assert.Equal(64, Parse(Json([.. Enumerable.Repeat("""{"alg":"x"}""", 64)])).Count);

        Refused.As(EnvelopeError.TooManyRecipients, () => RecipientList.ToJson([.. Enumerable.Repeat(SampleRecipients.Local(), 65)]));
        Assert.Equal(64, RecipientList.Parse(RecipientList.ToJson([.. Enumerable.Repeat(SampleRecipients.Local(), 64)])).Count);
    }

    [Fact]
    public void List_has_at_most_two_passphrases()
    {
        var passphrase = Encoding.UTF8.GetString(RecipientList.ToJson([SampleRecipients.Passphrase()]))["{\"recipients\":[".Length..^2];
        Assert.Equal(2, Parse(Json(passphrase, passphrase)).Count);
        RequireRefused(Json(passphrase, """{"alg":"x"}""", passphrase, passphrase));
        Refused.As(EnvelopeError.TooManyRecipients, () => RecipientList.ToJson([.. Enumerable.Repeat(SampleRecipients.Passphrase(), 3)]));
    }

    [Fact]
    public void List_fits_a_slot()
    {
        var large = SampleRecipients.Unknown($$"""{"alg":"x","y":"{{new string('y', 40_000)}}"}""");
        Assert.InRange(RecipientList.ToJson([.. Enumerable.Repeat(large, 26)]).Length, 1_000_000, FormatLimits.MaxSlotSize);
        Refused.As(EnvelopeError.TooManyRecipients, () => RecipientList.ToJson([.. Enumerable.Repeat(large, 27)]));

        var largest = SampleRecipients.Of(
            RecipientAlgorithm.Provider, $"vault:{new string('k', 256)}", new byte[FormatLimits.MaxWrappedKeyLength]);
        Assert.Equal(64, RecipientList.Parse(RecipientList.ToJson([.. Enumerable.Repeat(largest, 64)])).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void List_that_fills_the_largest_slot_is_written_and_one_byte_more_is_not(int slotCount)
    {
        const int Most = 1_048_532; // docs/format.md, section 14; a slot of 1 MiB less the 44 bytes around the list
        var full = OfLength(Most);
        Assert.Equal(Most, RecipientList.ToJson([full]).Length);
        var header = EnvelopeHeader.Create(SampleEnvelope.ProtectedHeader, [full], slotCount);
        Assert.Equal(1_048_576, header.Layout.SlotSize);
        Assert.Equal(full.ToText(), EnvelopeHeader.Read(new MemoryStream(header.Bytes.ToArray())).Recipients[0].ToText());

        Refused.As(EnvelopeError.TooManyRecipients, () => RecipientList.ToJson([OfLength(Most + 1)]));

        static Recipient OfLength(int length) =>
            SampleRecipients.Unknown($$"""{"alg":"x","y":"{{new string('y', length - Json("""{"alg":"x","y":""}""").Length)}}"}""");
    }

    [Fact]
    public void What_no_reader_would_take_is_never_written()
    {
        var sound = SampleRecipients.Provider();
        Refused.As(EnvelopeError.WouldLockOut, () => RecipientList.ToJson([]));
        Refused.As(EnvelopeError.HeaderInvalid, () => RecipientList.ToJson([sound with { WrappedKey = default }]));
        Refused.As(
            EnvelopeError.HeaderInvalid,
            () => RecipientList.ToJson([sound with { WrappedKey = new byte[FormatLimits.MaxWrappedKeyLength + 1] }]));
        Refused.As(EnvelopeError.HeaderInvalid, () => RecipientList.ToJson([sound with { Kid = "vault:../key" }]));
        Refused.As(EnvelopeError.HeaderInvalid, () => RecipientList.ToJson([sound with { Kid = "aws-kms:key" }]));
        Refused.As(EnvelopeError.HeaderInvalid, () => RecipientList.ToJson([sound with { IssuedAt = -1 }]));
        Refused.As(EnvelopeError.HeaderInvalid, () => RecipientList.ToJson([sound with { Salt = new byte[16], Iterations = 600_000 }]));
        Refused.As(EnvelopeError.HeaderInvalid, () => RecipientList.ToJson([SampleRecipients.Local() with { WrappedKey = new byte[103] }]));
        Refused.As(EnvelopeError.HeaderInvalid, () => RecipientList.ToJson([SampleRecipients.Passphrase() with { Iterations = 1 }]));
        Refused.As(EnvelopeError.HeaderInvalid, () => RecipientList.ToJson([sound, SampleRecipients.Passphrase() with { Salt = default }]));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"recipients\"")]
    [InlineData("""{"recipients":null}""")]
    [InlineData("""{"recipients":{}}""")]
    [InlineData("""{"recipients":"x"}""")]
    [InlineData("""{"recipients":[1]}""")]
    [InlineData("""{"recipients":[null]}""")]
    [InlineData("""{"recipients":[[]]}""")]
    [InlineData("""{"recipients":["x"]}""")]
    [InlineData("""{"recipients":[{"alg":"x"}],"more":1}""")]
    [InlineData("""{"more":1,"recipients":[{"alg":"x"}]}""")]
    [InlineData("""{"recipients":[{"alg":"x"}],"recipients":[{"alg":"x"}]}""")]
    [InlineData("""{"Recipients":[{"alg":"x"}]}""")]
    [InlineData("""{"recipients":[{"alg":"x"}]} """)]
    [InlineData("""{"recipients":[{"alg":"x"},]}""")]
    [InlineData("")]
    public void Any_other_shape_is_refused(string json) => RequireRefused(json);

    private static string Json(params string[] recipients) => $"{{\"recipients\":[{string.Join(',', recipients)}]}}";

    private static IReadOnlyList<Recipient> Parse(string json) => RecipientList.Parse(Encoding.UTF8.GetBytes(json));

    private static void RequireRefused(string json) => Refused.As(EnvelopeError.HeaderInvalid, () => Parse(json));
}
