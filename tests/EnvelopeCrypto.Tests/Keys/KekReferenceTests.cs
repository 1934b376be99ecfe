using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Tests.Keys;

public class KekReferenceTests
{
    private const string Key = "11111111-2222-3333-4444-555555555555";

    [Theory]
    [InlineData("local:default", KekKind.Local, "default")]
    [InlineData("local:a.b_c-9", KekKind.Local, "a.b_c-9")]
    [InlineData("arn:aws:kms:eu-west-1:111122223333:key/" + Key, KekKind.AwsKms, "arn:aws:kms:eu-west-1:111122223333:key/" + Key)]
    [InlineData("arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/" + Key, KekKind.AwsKms, "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/" + Key)]
    [InlineData("arn:aws:kms:eu-west-1:111122223333:alias/backup", KekKind.AwsKms, "arn:aws:kms:eu-west-1:111122223333:alias/backup")]
    [InlineData("alias/team/backup_1", KekKind.AwsKms, "alias/team/backup_1")]
    [InlineData("aws-kms:" + Key, KekKind.AwsKms, Key)]
    [InlineData("aws-kms:mrk-0123456789abcdef0123456789abcdef", KekKind.AwsKms, "mrk-0123456789abcdef0123456789abcdef")]
    [InlineData("aws-kms:alias/backup", KekKind.AwsKms, "alias/backup")]
    [InlineData("x509:./a b.pem", KekKind.Certificate, "./a b.pem")]
    [InlineData(@"x509:C:\keys\a.pfx", KekKind.Certificate, @"C:\keys\a.pfx")]
    [InlineData("pub:./a b.pem", KekKind.PublicKey, "./a b.pem")]
    [InlineData("pub:offline.pem", KekKind.PublicKey, "offline.pem")]
    [InlineData("passphrase", KekKind.Passphrase, "passphrase")]
    [InlineData("vault:transit/keys/backup", KekKind.Provider, "vault:transit/keys/backup")]
    public void Known_forms_are_told_apart(string text, KekKind kind, string id)
    {
        var reference = KekReference.Parse(text);
        Assert.Equal(kind, reference.Kind);
        Assert.Equal(id, reference.Id);
        Assert.Equal(text, reference.Text);
        Assert.Equal(text, reference.ToString());
    }

    [Theory]
    [InlineData("Local:Backup", "local:backup")]
    [InlineData("local:Backup", "local:backup")]
    [InlineData("backup", "local:backup")]
    [InlineData("X509:./A.pem", "x509:./A.pem")]
    [InlineData("Alias/Backup", "alias/Backup")]
    [InlineData("Passphrase", "passphrase")]
    public void Slip_is_answered_with_what_was_meant(string text, string meant)
    {
        var failure = Assert.Throws<EnvelopeException>(() => KekReference.Parse(text));
        Assert.Equal(EnvelopeError.KekReferenceInvalid, failure.Error);
        Assert.Contains($"'{meant}'", failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("local:")]
    [InlineData("local:Default")]
    [InlineData("local:../x")]
    [InlineData("local:-a")]
    [InlineData("local:a\n")]
    [InlineData("local:a/1/AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("x509:")]
    [InlineData("pub:")]
    [InlineData("passphrase ")]
    [InlineData("Passphrase")]
    [InlineData("passphrase:x")]
    [InlineData("alias/")]
    [InlineData("alias/a b")]
    [InlineData("aws-kms:")]
    [InlineData("aws-kms:11111111")]
    [InlineData("arn:aws:kms:eu-west-1:111122223333:key/" + Key + "\n")]
    [InlineData("arn:aws:kms:evil.example:111122223333:key/" + Key)]
    [InlineData("arn:aws:s3:::bucket")]
    [InlineData("aws:x")]
    [InlineData("kms:x")]
    [InlineData("Vault:x")]
    [InlineData("vault:")]
    [InlineData("vault:a/../b")]
    [InlineData("vault:a b")]
    [InlineData("/path/to/certificate.pem")]
    public void Anything_else_is_refused(string text) =>
        KekFailure.Throws(EnvelopeError.KekReferenceInvalid, () => KekReference.Parse(text));

    [Fact]
    public void Same_text_is_the_same_reference() => Assert.Equal(KekReference.Parse("local:a"), KekReference.Local("a"));

    [Theory]
    [InlineData("vault", true)]
    [InlineData("a", true)]
    [InlineData("key-vault-2", true)]
    [InlineData("abcdefghijklmnopqrstuvwxyz012345", true)]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456", false)]
    [InlineData("", false)]
    [InlineData("Vault", false)]
    [InlineData("2vault", false)]
    [InlineData("a:b", false)]
    [InlineData("vault\n", false)]
    [InlineData("local", false)]
    [InlineData("x509", false)]
    [InlineData("passphrase", false)]
    [InlineData("aws-kms", false)]
    [InlineData("pub", false)]
    [InlineData("pkcs11", false)]
    [InlineData("s3", false)]
    [InlineData("tpm", false)]
    [InlineData("file", false)]
    [InlineData("http", false)]
    [InlineData("https", false)]
    public void Names_of_providers_have_a_form_and_are_not_built_in(string name, bool isOne) =>
        Assert.Equal(isOne, KekReference.IsProviderName(name));
}
