using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Format;

public sealed class RecipientGrammarTests
{
    private const string KeyId = "1234abcd-12ab-34cd-56ef-1234567890ab";
    private const string MultiRegionKeyId = "mrk-1234abcd12ab34cd56ef1234567890ab";
    private const string LocalKeyId = "AAECAwQFBgcICQoLDA0ODw";

    [Theory]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:us-east-1:000000000000:key/" + MultiRegionKeyId)]
    [InlineData("arn:aws-cn:kms:cn-northwest-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws-iso-b:kms:us-isob-east-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:ap-southeast-7:111122223333:key/" + KeyId)]
    public void Key_ARN_is_taken(string kid)
    {
        Assert.True(RecipientGrammar.IsKid(RecipientAlgorithm.AwsKms, kid));
        Assert.True(RecipientGrammar.IsKid(RecipientAlgorithm.AwsKmsRsa, kid));
        Assert.Equal(kid, RecipientGrammar.ReferenceOf(RecipientAlgorithm.AwsKms, kid));
    }

    [Theory]
    [InlineData("")]
    [InlineData(KeyId)]
    [InlineData("alias/backup")]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:alias/backup")]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:key/" + KeyId + "\n")]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:key/" + KeyId + "\r\n")]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:key/" + KeyId + "\0")]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:key/" + KeyId + " ")]
    [InlineData("\narn:aws:kms:eu-central-1:111122223333:key/" + KeyId)]
    [InlineData(" arn:aws:kms:eu-central-1:111122223333:key/" + KeyId)]
    [InlineData("evil\narn:aws:kms:eu-central-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:key/" + KeyId + "/x")]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:key/" + KeyId + "?x=1")]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:key/../../" + KeyId)]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:key/")]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:key/1234ABCD-12AB-34CD-56EF-1234567890AB")]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:key/1234abcd12ab34cd56ef1234567890ab")]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:key/mrk-1234abcd-12ab-34cd-56ef-1234567890ab")]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:Key/" + KeyId)]
    // A Region that is, or could become, a host name.
    [InlineData("arn:aws:kms::111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:evil.example.com:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:eu-central-1.evil.example:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:eu-central-1/evil:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:eu-central-1@evil:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:eu-central-1#evil:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:eu-central-1%2eevil:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:evil-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:us-evil.example-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:e.-vil-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:us-evil/x-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:us-evil@x-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:us-evil?x-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:us-evil#x-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:us-evil%x-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:us-ev1l-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:us-eviL-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:us-evil\n-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:us-evil -1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:us_east_1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:localhost:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:127.0.0.1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:[::1]:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:EU-CENTRAL-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:eu-central-10:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:eu-central-:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:eu--1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:eu-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:eu-central-１:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:eu-central-1\n:111122223333:key/" + KeyId)]
    [InlineData("arn:aws:kms:eu-centrаl-1:111122223333:key/" + KeyId)] // with a Cyrillic a
    // Account, partition and service.
    [InlineData("arn:aws:kms:eu-central-1:11112222333:key/" + KeyId)]
    [InlineData("arn:aws:kms:eu-central-1:1111222233334:key/" + KeyId)]
    [InlineData("arn:aws:kms:eu-central-1::key/" + KeyId)]
    [InlineData("arn:aws:kms:eu-central-1:١١١١٢٢٢٢٣٣٣٣:key/" + KeyId)]
    [InlineData("arn:aws:s3:eu-central-1:111122223333:key/" + KeyId)]
    [InlineData("arn:gcp:kms:eu-central-1:111122223333:key/" + KeyId)]
    [InlineData("arn:aws-:kms:eu-central-1:111122223333:key/" + KeyId)]
    [InlineData("arn:AWS:kms:eu-central-1:111122223333:key/" + KeyId)]
    [InlineData("ARN:aws:kms:eu-central-1:111122223333:key/" + KeyId)]
    public void Anything_but_a_key_ARN_is_refused(string kid)
    {
        Assert.False(RecipientGrammar.IsKid(RecipientAlgorithm.AwsKms, kid));
        Assert.False(RecipientGrammar.IsKid(RecipientAlgorithm.AwsKmsRsa, kid));
    }

    [Theory]
    [InlineData("local:default/1/" + LocalKeyId, "local:default")]
    [InlineData("local:a/999999999/" + LocalKeyId, "local:a")]
    [InlineData("local:0.backup_2026-k/12/" + LocalKeyId, "local:0.backup_2026-k")]
    [InlineData("local:a234567890123456789012345678901234567890123456789012345678901234/1/" + LocalKeyId, "local:a234567890123456789012345678901234567890123456789012345678901234")]
    public void Local_kid_is_taken(string kid, string reference)
    {
        Assert.True(RecipientGrammar.IsKid(RecipientAlgorithm.Local, kid));
        Assert.Equal(reference, RecipientGrammar.ReferenceOf(RecipientAlgorithm.Local, kid));
    }

    [Theory]
    [InlineData("local:default")]
    [InlineData("local:default/1")]
    [InlineData("local:default/1/")]
    [InlineData("local:/1/" + LocalKeyId)]
    [InlineData("default/1/" + LocalKeyId)]
    [InlineData("Local:default/1/" + LocalKeyId)]
    [InlineData("local:Default/1/" + LocalKeyId)]
    [InlineData("local:../default/1/" + LocalKeyId)]
    [InlineData("local:../1/" + LocalKeyId)]
    [InlineData("local:./1/" + LocalKeyId)]
    [InlineData("local:.default/1/" + LocalKeyId)]
    [InlineData("local:default./1/" + LocalKeyId)]
    [InlineData("local:-default/1/" + LocalKeyId)]
    [InlineData("local:a/b/1/" + LocalKeyId)]
    [InlineData("local:a\\b/1/" + LocalKeyId)]
    [InlineData("local:c:x/1/" + LocalKeyId)]
    [InlineData("local:a b/1/" + LocalKeyId)]
    [InlineData("local:a\nb/1/" + LocalKeyId)]
    [InlineData("local:a\0/1/" + LocalKeyId)]
    [InlineData("local:ä/1/" + LocalKeyId)]
    [InlineData("local:a2345678901234567890123456789012345678901234567890123456789012345/1/" + LocalKeyId)]
    [InlineData("local:default/0/" + LocalKeyId)]
    [InlineData("local:default/01/" + LocalKeyId)]
    [InlineData("local:default/-1/" + LocalKeyId)]
    [InlineData("local:default/1000000000/" + LocalKeyId)]
    [InlineData("local:default/1.0/" + LocalKeyId)]
    [InlineData("local:default/١/" + LocalKeyId)]
    [InlineData("local:default/1/" + LocalKeyId + "\n")]
    [InlineData("local:default/1/" + LocalKeyId + "==")]
    [InlineData("local:default/1/" + LocalKeyId + "/x")]
    [InlineData("local:default/1/AAECAwQFBgcICQoLDA0OD")]
    [InlineData("local:default/1/AAECAwQFBgcICQoLDA0ODx")] // not canonical
    [InlineData("local:default/1/AAECAwQFBgcICQoLDA0O/w")]
    public void Anything_but_a_local_kid_is_refused(string kid) => Assert.False(RecipientGrammar.IsKid(RecipientAlgorithm.Local, kid));

    [Fact]
    public void Local_kid_is_made_of_name_version_and_key_id()
    {
        var kid = RecipientGrammar.LocalKidOf("backup", 12, [.. Enumerable.Range(0, 16).Select(i => (byte)i)]);
        Assert.Equal("local:backup/12/" + LocalKeyId, kid);
        Assert.True(RecipientGrammar.IsKid(RecipientAlgorithm.Local, kid));
    }

    [Theory]
    [InlineData(SampleRecipients.CertificateKid, true)]
    [InlineData(SampleRecipients.CertificateKid + "\n", false)]
    [InlineData(SampleRecipients.CertificateKid + "0", false)]
    [InlineData("x509:sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeef", false)]
    [InlineData("x509:sha256:00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF", false)]
    [InlineData("x509:sha1:00112233445566778899aabbccddeeff00112233", false)]
    [InlineData("x509:/etc/ssl/private/key.pem", false)]
    [InlineData("x509:..", false)]
    [InlineData("sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", false)]
    [InlineData("", false)]
    public void Certificate_is_named_by_the_hash_of_its_key_only(string kid, bool sound) =>
        Assert.Equal(sound, RecipientGrammar.IsKid(RecipientAlgorithm.Rsa, kid));

    [Theory]
    [InlineData(SampleRecipients.KeyPairKid, true)]
    [InlineData(SampleRecipients.KeyPairKid + "\n", false)]
    [InlineData(SampleRecipients.KeyPairKid + "0", false)]
    [InlineData("pub:sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeef", false)]
    [InlineData("pub:sha256:00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF", false)]
    [InlineData("pub:offline.pem", false)]
    [InlineData("pub:/etc/shadow", false)]
    [InlineData("", false)]
    public void Key_pair_is_named_by_the_hash_of_its_public_half_only(string kid, bool sound) =>
        Assert.Equal(sound, RecipientGrammar.IsKid(RecipientAlgorithm.XWing, kid));

    // A provider could have been registered under that name before key pairs came.
    [Fact]
    public void A_stored_kid_of_a_provider_called_pub_stays_valid_and_is_no_key_pairs()
    {
        Assert.True(RecipientGrammar.IsKid(RecipientAlgorithm.Provider, "pub:backup"));
        Assert.False(RecipientGrammar.IsKid(RecipientAlgorithm.Provider, SampleRecipients.KeyPairKid));
    }

    [Theory]
    [InlineData("passphrase", true)]
    [InlineData("Passphrase", false)]
    [InlineData("passphrase\n", false)]
    [InlineData("passphrase:x", false)]
    [InlineData("", false)]
    public void Passphrase_has_one_name(string kid, bool sound) =>
        Assert.Equal(sound, RecipientGrammar.IsKid(RecipientAlgorithm.Passphrase, kid));

    [Theory]
    [InlineData("vault:transit/backup")]
    [InlineData("a:b")]
    [InlineData("my-hsm-2:slot/0/Key_1.v2")]
    [InlineData("localx:a")]
    [InlineData("awskms:a")]
    [InlineData("v:.")]
    [InlineData("v:a.b.c")]
    public void Provider_kid_is_taken(string kid)
    {
        Assert.True(RecipientGrammar.IsKid(RecipientAlgorithm.Provider, kid));
        Assert.Equal(kid, RecipientGrammar.ReferenceOf(RecipientAlgorithm.Provider, kid));
    }

    [Theory]
    [InlineData("local:default")]
    [InlineData("arn:aws")]
    [InlineData("alias:backup")]
    [InlineData("aws-kms:1234")]
    [InlineData("x509:abc")]
    [InlineData("passphrase:x")]
    [InlineData("aws:x")]
    [InlineData("kms:x")]
    [InlineData("vault")]
    [InlineData("vault:")]
    [InlineData(":key")]
    [InlineData("Vault:key")]
    [InlineData("1vault:key")]
    [InlineData("-vault:key")]
    [InlineData("vau_lt:key")]
    [InlineData("vault:..")]
    [InlineData("vault:../secret")]
    [InlineData("vault:a/../b")]
    [InlineData("vault:a..b")]
    [InlineData("vault:a\n..")]
    [InlineData("vault:key\n")]
    [InlineData("vault:key\nx")]
    [InlineData("vault:key x")]
    [InlineData("vault:key:x")]
    [InlineData("vault:key?x")]
    [InlineData("vault:key#x")]
    [InlineData("vault:key%2e%2e")]
    [InlineData("vault:a\\b")]
    [InlineData("vault:$(id)")]
    [InlineData("vault:key;x")]
    [InlineData("vault:kéy")]
    [InlineData("vault:key\0")]
    [InlineData("\nvault:key")]
    [InlineData("https://user@evil.example/key")]
    [InlineData("https://evil.example:8200/key")]
    public void Anything_but_a_provider_kid_is_refused(string kid) =>
        Assert.False(RecipientGrammar.IsKid(RecipientAlgorithm.Provider, kid));

    [Fact]
    public void Provider_kid_has_limits()
    {
        Assert.True(RecipientGrammar.IsKid(RecipientAlgorithm.Provider, $"{new string('p', 32)}:{new string('k', 256)}"));
        Assert.False(RecipientGrammar.IsKid(RecipientAlgorithm.Provider, $"{new string('p', 33)}:k"));
        Assert.False(RecipientGrammar.IsKid(RecipientAlgorithm.Provider, $"p:{new string('k', 257)}"));
    }

    [Fact]
    public void Kid_of_one_kind_is_none_of_another()
    {
        string[] algorithms =
        [
            RecipientAlgorithm.AwsKms, RecipientAlgorithm.Rsa, RecipientAlgorithm.XWing, RecipientAlgorithm.Local,
            RecipientAlgorithm.Passphrase, RecipientAlgorithm.Provider,
        ];
        string[] kids =
        [
            SampleRecipients.KmsArn, SampleRecipients.CertificateKid, SampleRecipients.KeyPairKid, SampleRecipients.LocalKid,
            RecipientGrammar.PassphraseKid, "vault:key",
        ];
        for (var i = 0; i < algorithms.Length; i++)
        {
            for (var j = 0; j < kids.Length; j++)
                Assert.Equal(i == j, RecipientGrammar.IsKid(algorithms[i], kids[j]));
        }
        Assert.All(kids, kid => Assert.False(RecipientGrammar.IsKid("unknown", kid)));
    }

    [Fact]
    public void Very_long_kids_are_judged_at_once()
    {
        string[] kids =
        [
            "arn:aws" + string.Concat(Enumerable.Repeat("-a", 250_000)) + ":",
            "arn:aws:kms:eu" + string.Concat(Enumerable.Repeat("-a", 250_000)) + "-:",
            "arn:aws:kms:eu-" + new string('a', 500_000),
            "local:" + new string('a', 500_000),
            "vault:" + new string('.', 500_000),
            "vault:" + new string('a', 500_000) + "..",
        ];
        foreach (var kid in kids)
        {
            foreach (var algorithm in new[] { RecipientAlgorithm.AwsKms, RecipientAlgorithm.Rsa, RecipientAlgorithm.Local, RecipientAlgorithm.Provider })
                Assert.False(RecipientGrammar.IsKid(algorithm, kid)); // a pattern that ran for a second would throw
        }
    }
}
