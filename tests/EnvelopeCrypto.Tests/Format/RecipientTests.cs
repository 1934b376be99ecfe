using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Format;

public sealed class RecipientTests
{
    private const string Iat = "\"iat\":1795284000";
    private static readonly string Salt = $"\"p2s\":\"{Base64UrlText.Encode(new byte[16])}\"";
    private static readonly string Iterations = "\"p2c\":600000";
    private static readonly string Sealed = KeyOf(104);

    /// <summary>One recipient of each known kind: alg, and the members behind it.</summary>
    public static TheoryData<string, string> Known => new()
    {
        { RecipientAlgorithm.AwsKms, $"\"kid\":\"{SampleRecipients.KmsArn}\",{Iat},{KeyOf(184)}" },
        { RecipientAlgorithm.AwsKmsRsa, $"\"kid\":\"{SampleRecipients.KmsArn}\",{Iat},{KeyOf(256)}" },
        { RecipientAlgorithm.Rsa, $"\"kid\":\"{SampleRecipients.CertificateKid}\",{Iat},{KeyOf(256)}" },
        { RecipientAlgorithm.Local, $"\"kid\":\"{SampleRecipients.LocalKid}\",{Iat},{Sealed}" },
        { RecipientAlgorithm.Passphrase, $"\"kid\":\"passphrase\",{Iat},{Salt},{Iterations},{Sealed}" },
        { RecipientAlgorithm.Provider, $"\"kid\":\"vault:key\",{Iat},{KeyOf(1)}" },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void Known_recipient_is_read_and_written_again_as_it_was(string algorithm, string members)
    {
        var json = $"{{\"alg\":\"{algorithm}\",{members}}}";
        var recipient = Parse(json);

        Assert.True(recipient.IsKnown);
        Assert.Equal((algorithm, 1_795_284_000L), (recipient.Algorithm, recipient.IssuedAt));
        Assert.Equal(RecipientGrammar.ReferenceOf(algorithm, recipient.Kid), recipient.Kek);
        Assert.Equal(recipient.Kek, recipient.ToString());
        Assert.Equal(algorithm == RecipientAlgorithm.Passphrase ? (16, 600_000) : (0, 0), (recipient.Salt.Length, recipient.Iterations));
        Assert.Equal(json, Written(recipient));
    }

    [Theory]
    [MemberData(nameof(Known))]
    public void Known_recipient_with_a_member_more_less_twice_or_elsewhere_is_refused(string algorithm, string members)
    {
        string[] sound = [$"\"alg\":\"{algorithm}\"", .. members.Split(',')];
        for (var i = 0; i <= sound.Length; i++)
            RequireRefused([.. sound[..i], "\"x\":1", .. sound[i..]]);
        for (var i = 0; i < sound.Length; i++)
        {
            RequireRefused([.. sound[..i], .. sound[(i + 1)..]]);
            RequireRefused([.. sound[..(i + 1)], .. sound[i..]]);
            if (i > 0)
                RequireRefused([.. sound[..(i - 1)], sound[i], sound[i - 1], .. sound[(i + 1)..]]);
        }
    }

    [Theory]
    [MemberData(nameof(Known))]
    public void Known_recipient_with_a_member_of_another_type_is_refused(string algorithm, string members)
    {
        string[] sound = [$"\"alg\":\"{algorithm}\"", .. members.Split(',')];
        for (var i = 0; i < sound.Length; i++)
        {
            var name = sound[i][..(sound[i].IndexOf(':', StringComparison.Ordinal) + 1)];
            foreach (var value in new[] { "null", "true", "[]", "{}", "\"\"", "-1", "1.0" })
                RequireRefused([.. sound[..i], name + value, .. sound[(i + 1)..]]);
        }
    }

    [Theory]
    [MemberData(nameof(Known))]
    public void Kid_and_time_have_bounds(string algorithm, string members)
    {
        RequireRefused(Json(algorithm, members.Replace(Iat, "\"iat\":-1", StringComparison.Ordinal)));
        RequireRefused(Json(algorithm, members.Replace(Iat, "\"iat\":9007199254740992", StringComparison.Ordinal)));
        Assert.Equal(0, Parse(Json(algorithm, members.Replace(Iat, "\"iat\":0", StringComparison.Ordinal))).IssuedAt);
        foreach (var kid in new[] { "", "x", "..", "/etc/passwd", "https://evil.example:443/", "local:other" })
        {
            string[] sound = members.Split(',');
            RequireRefused(Json(algorithm, string.Join(',', [$"\"kid\":\"{kid}\"", .. sound[1..]])));
        }
        RequireRefused(Json(algorithm, members.Replace("\",\"iat", "\\u000a\",\"iat", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(FormatLimits.MaxWrappedKeyLength, true)]
    [InlineData(FormatLimits.MaxWrappedKeyLength + 1, false)]
    [InlineData(100_000, false)]
    public void Wrapped_key_of_a_service_has_1_byte_to_8_KiB(int length, bool sound)
    {
        foreach (var (algorithm, kid) in new[]
        {
            (RecipientAlgorithm.AwsKms, SampleRecipients.KmsArn), (RecipientAlgorithm.AwsKmsRsa, SampleRecipients.KmsArn),
            (RecipientAlgorithm.Rsa, SampleRecipients.CertificateKid), (RecipientAlgorithm.Provider, "vault:key"),
        })
        {
            var json = Json(algorithm, $"\"kid\":\"{kid}\",{Iat},{KeyOf(length)}");
            if (sound)
                Assert.Equal(length, Parse(json).WrappedKey.Length);
            else
                RequireRefused(json);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(103)]
    [InlineData(105)]
    [InlineData(8192)]
    public void Wrapped_key_of_a_sealed_wrap_has_104_bytes(int length)
    {
        RequireRefused(Json(RecipientAlgorithm.Local, $"\"kid\":\"{SampleRecipients.LocalKid}\",{Iat},{KeyOf(length)}"));
        RequireRefused(Json(RecipientAlgorithm.Passphrase, $"\"kid\":\"passphrase\",{Iat},{Salt},{Iterations},{KeyOf(length)}"));
    }

    [Theory]
    [InlineData("AAA=")]
    [InlineData("AAB")]
    [InlineData("A")]
    [InlineData("AA+A")]
    [InlineData("AA A")]
    [InlineData("AAAA\\u000a")]
    public void Wrapped_key_in_another_spelling_is_refused(string key) =>
        RequireRefused(Json(RecipientAlgorithm.Provider, $"\"kid\":\"vault:key\",{Iat},\"encrypted_key\":\"{key}\""));

    [Fact]
    public void Text_of_a_recipient_is_read_up_to_the_length_of_a_slot()
    {
        const int Most = 1024 * 1024;
        Assert.Equal(Most, Recipient.FromText(OfLength(Most)).ToText().Length);
        Refused.As(EnvelopeError.HeaderInvalid, () => Recipient.FromText(OfLength(Most + 1)));

        static string OfLength(int length)
        {
            const string start = "{\"alg\":\"x\",\"y\":\"";
            const string end = "\"}";
            return start + new string('y', length - start.Length - end.Length) + end;
        }
    }

    [Theory]
    [InlineData("599999", false)]
    [InlineData("600000", true)]
    [InlineData("4000000", true)]
    [InlineData("4000001", false)]
    [InlineData("0", false)]
    [InlineData("-600000", false)]
    [InlineData("4295567296", false)] // 2^32 + 600,000
    [InlineData("9007199254740991", false)]
    public void Iterations_have_bounds(string iterations, bool sound)
    {
        var json = Json(RecipientAlgorithm.Passphrase, $"\"kid\":\"passphrase\",{Iat},{Salt},\"p2c\":{iterations},{Sealed}");
        if (sound)
            Assert.Equal(iterations, Parse(json).Iterations.ToString(System.Globalization.CultureInfo.InvariantCulture));
        else
            RequireRefused(json);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(1000)]
    public void Salt_has_16_bytes(int length) =>
        RequireRefused(Json(RecipientAlgorithm.Passphrase, $"\"kid\":\"passphrase\",{Iat},\"p2s\":\"{Base64UrlText.Encode(new byte[length])}\",{Iterations},{Sealed}"));

    [Theory]
    [InlineData(RecipientAlgorithm.AwsKms)]
    [InlineData(RecipientAlgorithm.Local)]
    [InlineData(RecipientAlgorithm.Provider)]
    public void Only_a_passphrase_has_salt_and_iterations(string algorithm)
    {
        var kid = algorithm switch { RecipientAlgorithm.AwsKms => SampleRecipients.KmsArn, RecipientAlgorithm.Local => SampleRecipients.LocalKid, _ => "vault:key" };
        RequireRefused(Json(algorithm, $"\"kid\":\"{kid}\",{Iat},{Salt},{Iterations},{Sealed}"));
        RequireRefused(Json(RecipientAlgorithm.Passphrase, $"\"kid\":\"passphrase\",{Iat},{Sealed}"));
    }

    [Theory]
    [InlineData("""{"alg":"ml-kem-1024"}""")]
    [InlineData("""{"alg":"local2","kid":7}""")]
    [InlineData("""{"alg":"aws-kms-","kid":"x","iat":-5,"encrypted_key":[]}""")]
    [InlineData("""{"alg":"new","z":{"a":[1,{"b":null}]},"a":"é😀\u000a\"","n":9007199254740991}""")]
    public void Recipient_of_an_unknown_kind_is_kept_byte_for_byte(string json)
    {
        var recipient = Parse(json);
        Assert.False(recipient.IsKnown);
        Assert.Empty(recipient.Kid);
        Assert.True(recipient.WrappedKey.IsEmpty);
        Assert.StartsWith("unknown", recipient.Kek, StringComparison.Ordinal);
        Assert.Equal(json, Written(recipient));
        Assert.Equal(json, Written(recipient with { IssuedAt = 5 }));
    }

    [Theory]
    [InlineData("""{"alg":""}""")]
    [InlineData("""{"alg":"Local","kid":7}""")]
    [InlineData("""{"alg":"aws-kms ","kid":"x"}""")]
    [InlineData("""{"alg":"a\u000ab\u001b[2J"}""")]
    public void Kind_that_is_no_plain_word_is_refused(string json) => RequireRefused(json);

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"kid":"x","alg":"new"}""")]
    [InlineData("""{"alg":7}""")]
    [InlineData("""{"alg":null}""")]
    [InlineData("""{"alg":"new","alg":"new"}""")]
    [InlineData("""{"alg":"new","x":{"a":1,"a":1}}""")]
    [InlineData("""{"alg":"new","x":1.5}""")]
    [InlineData("""{"alg":"new","x":"\u0061"}""")]
    [InlineData("""{"alg":"new","x":[[[[[[1]]]]]]}""")]
    [InlineData("""{"alg":"new", "x":1}""")]
    public void Recipient_of_an_unknown_kind_still_is_canonical_JSON(string json) => RequireRefused(json);

    [Fact]
    public void Wrap_context_binds_algorithm_kid_and_context()
    {
        var context = SampleEnvelope.Context(("a", "b"));
        Assert.Equal(
            [.. "evc/v1 wrap\0local\0local:k/1/x\0"u8, 0, 0, 0, 1, (byte)'a', 0, 0, 0, 1, (byte)'b'],
            Recipient.WrapContext("local", "local:k/1/x", context));
    }

    private static string KeyOf(int length) => $"\"encrypted_key\":\"{Base64UrlText.Encode(new byte[length])}\"";

    private static string Json(string algorithm, string members) => $"{{\"alg\":\"{algorithm}\",{members}}}";

    private static Recipient Parse(string json) => SampleRecipients.Unknown(json);

    private static string Written(Recipient recipient)
    {
        var json = new CanonicalJsonWriter();
        recipient.WriteTo(json);
        return Encoding.UTF8.GetString(json.Written);
    }

    private static void RequireRefused(string json) => Refused.As(EnvelopeError.HeaderInvalid, () => Parse(json));

    private static void RequireRefused(string[] members) => RequireRefused($"{{{string.Join(',', members)}}}");
}
