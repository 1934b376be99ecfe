using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Tests.Keys;

public sealed class KekIdentityTests
{
    private const string Arn = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000001";

    [Theory]
    [InlineData("local:a", KekKind.Local, "local")]
    [InlineData("local:a/2/AbCd", KekKind.Local, "local")]
    [InlineData("x509:sha256:00", KekKind.Certificate, "x509")]
    [InlineData("pub:sha256:00", KekKind.PublicKey, "pub")]
    [InlineData(Arn, KekKind.AwsKms, "arn:aws:kms:eu-west-1")]
    [InlineData("alias/backup", KekKind.AwsKms, "alias/backup")]
    [InlineData("aws-kms:alias/backup", KekKind.AwsKms, "aws-kms")]
    [InlineData("vault:a", KekKind.Provider, "vault")]
    [InlineData("passphrase", KekKind.Passphrase, "passphrase")]
    public void A_KEK_tells_where_it_lives(string text, KekKind kind, string place)
    {
        KekIdentity kek = text;
        Assert.Equal(kind, kek.Kind);
        Assert.Equal(place, kek.Place);
    }

    [Fact]
    public void A_hash_is_told_apart_by_its_last_letters()
    {
        Assert.Equal("pub:…1a2b", new KekIdentity($"pub:sha256:{new string('0', 60)}1a2b").Brief);
        Assert.Equal("x509:…1a2b", new KekIdentity($"x509:sha256:{new string('0', 60)}1a2b").Brief);
        Assert.All(["local:a", Arn, "pub:./offline.pem"], text => Assert.Equal(text, new KekIdentity(text).Brief));
    }

    [Theory]
    [InlineData("local:a/2/AbCd", "local:a")]
    [InlineData("local:a", "local:a")]
    [InlineData(Arn, Arn)]
    public void Only_a_local_KEK_has_versions(string text, string whole) => Assert.Equal(whole, new KekIdentity(text).WithoutVersion.Text);
}
