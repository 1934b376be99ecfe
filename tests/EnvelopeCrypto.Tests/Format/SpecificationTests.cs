using System.Text;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Tests.Format;

/// <summary>Rules of docs/format.md that two programs could read in two ways, each with the reading that counts.</summary>
public class SpecificationTests
{
    private const string Kid = "local:default/1/8PHy8_T19vf4-fr7_P3-_w";
    private const string Key1 = """{"alg":"provider","kid":"vault:k","iat":0,"encrypted_key":"AA"}""";

    [Theory]
    [InlineData("Purpose", "purpose", false)]
    [InlineData("z", "Z", false)]
    [InlineData("\u00e9", "\u00c9", true)] // é É: which letters have a case depends on the version of Unicode
    [InlineData("k", "\u212a", true)] // the sign for kelvin
    [InlineData("s", "\u017f", true)] // the long s
    public void Context_keys_are_folded_by_the_letters_A_to_Z_alone(string first, string second, bool allowed)
    {
        EncryptionContext Create() => EncryptionContext.Create([new(first, ""), new(second, "")]);

        if (allowed)
            Assert.Equal(2, Create().Count);
        else
            Assert.Equal(EnvelopeError.ContextInvalid, Assert.Throws<EnvelopeException>(Create).Error);
    }

    [Theory]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000", true)]
    [InlineData("arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/00000000-0000-0000-0000-000000000000", true)]
    [InlineData("arn:aws-eusc:kms:eusc-de-east-1:111122223333:key/00000000-0000-0000-0000-000000000000", true)]
    [InlineData("arn:aws:kms:evil.example:111122223333:key/00000000-0000-0000-0000-000000000000", false)]
    [InlineData("arn:aws:kms:abcde-central-1:111122223333:key/00000000-0000-0000-0000-000000000000", false)]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:alias/backup", false)]
    public void Kms_key_is_named_by_an_ARN_of_a_Region_that_can_exist(string kid, bool allowed) =>
        Assert.Equal(allowed, RecipientGrammar.IsKid(RecipientAlgorithm.AwsKms, kid));

    [Fact]
    public void Kid_has_an_end()
    {
        var longest = "vault:" + new string('k', 256);
        var partition = string.Concat(Enumerable.Repeat("-a", 200));

        Assert.True(RecipientGrammar.IsKid(RecipientAlgorithm.Provider, longest));
        Assert.False(RecipientGrammar.IsKid(RecipientAlgorithm.Provider, longest + "k"));
        Assert.False(RecipientGrammar.IsKid(
            RecipientAlgorithm.AwsKms,
            $"arn:aws{partition}:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000"));
    }

    [Theory]
    [InlineData("tpm2-seal", true)]
    [InlineData("Local", false)]
    [InlineData("", false)]
    [InlineData("two words", false)]
    [InlineData("local\u200b", false)]
    public void Unknown_algorithm_is_one_plain_word(string algorithm, bool allowed) =>
        AssertRead($$"""{"recipients":[{"alg":"{{algorithm}}"}]}""", allowed);

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public void Nesting_ends_at_eight_brackets(int withinRecipient, bool allowed)
    {
        // {"recipients":[{ ... }]} are three
        var nested = new string('[', withinRecipient) + new string(']', withinRecipient);
        AssertRead($$"""{"recipients":[{"alg":"new","x":{{nested}}}]}""", allowed);
    }

    [Theory]
    [InlineData(253_402_300_799, true)]
    [InlineData(253_402_300_800, false)]
    public void Times_end_with_the_year_9999(long time, bool allowed)
    {
        AssertRead($$"""{"recipients":[{"alg":"provider","kid":"vault:k","iat":{{time}},"encrypted_key":"AA"}]}""", allowed);
        AssertHeader($$"""{"enc":"Cobblestone-256","typ":"file","ctx":{},"iat":{{time}}}""", allowed);
    }

    [Fact]
    public void Nothing_is_written_that_would_not_be_read()
    {
        AssertWritten(EnvelopeError.WouldLockOut);
        AssertWritten(EnvelopeError.HeaderInvalid, Provider("vault:k", 0));
        AssertWritten(EnvelopeError.HeaderInvalid, Provider("vault:k", FormatLimits.MaxWrappedKeyLength + 1));
        AssertWritten(EnvelopeError.HeaderInvalid, Provider("vault:../k", 1));
        AssertWritten(EnvelopeError.HeaderInvalid, Provider("vault:k", 1) with { IssuedAt = -1 });
        AssertWritten(EnvelopeError.HeaderInvalid, Provider("vault:k", 1) with { Salt = new byte[16] });
        AssertWritten(EnvelopeError.HeaderInvalid, Provider("vault:k", 1) with { Algorithm = "unheard-of" });
        AssertWritten(EnvelopeError.HeaderInvalid, Provider(Kid, 103) with { Algorithm = RecipientAlgorithm.Local });
        AssertWritten(EnvelopeError.HeaderInvalid, Passphrase() with { Salt = new byte[15] });
        AssertWritten(EnvelopeError.HeaderInvalid, Passphrase() with { Iterations = 599_999 });
        AssertWritten(null, Provider("vault:k", FormatLimits.MaxWrappedKeyLength), Passphrase());
    }

    [Fact]
    public void Unknown_recipient_is_written_as_it_was_read()
    {
        var json = """{"recipients":[{"alg":"new","x":{"b":[1,-2,true,null,"\u0001\"\\"],"a":{}}},"""u8;
        byte[] list = [.. json, .. Encoding.UTF8.GetBytes(Key1 + "]}")];

        Assert.Equal(list, RecipientList.ToJson(RecipientList.Parse(list)));
    }

    private static Recipient Provider(string kid, int length) =>
        new() { Algorithm = RecipientAlgorithm.Provider, Kid = kid, IssuedAt = 0, WrappedKey = new byte[length] };

    private static Recipient Passphrase() => new()
    {
        Algorithm = RecipientAlgorithm.Passphrase,
        Kid = RecipientGrammar.PassphraseKid,
        IssuedAt = 0,
        Salt = new byte[16],
        Iterations = 600_000,
        WrappedKey = new byte[104],
    };

    private static void AssertRead(string list, bool allowed) =>
        AssertError(allowed ? null : EnvelopeError.HeaderInvalid, () => RecipientList.Parse(Encoding.UTF8.GetBytes(list)));

    private static void AssertHeader(string header, bool allowed) =>
        AssertError(allowed ? null : EnvelopeError.HeaderInvalid, () => ProtectedHeader.Parse(Encoding.UTF8.GetBytes(header)));

    private static void AssertWritten(EnvelopeError? error, params Recipient[] recipients) =>
        AssertError(error, () => RecipientList.Parse(RecipientList.ToJson(recipients)));

    private static void AssertError(EnvelopeError? expected, Action action)
    {
        if (expected is null)
            action();
        else
            Assert.Equal(expected, Assert.Throws<EnvelopeException>(action).Error);
    }
}
