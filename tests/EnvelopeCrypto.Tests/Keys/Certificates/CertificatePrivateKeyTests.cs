using System.Security.Cryptography;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Certificates;

namespace EnvelopeCrypto.Tests.Keys.Certificates;

public sealed class CertificatePrivateKeyTests
{
    [Fact]
    public void Key_that_another_thread_opens_while_the_stores_are_read_is_still_tried()
    {
        using var passphrases = new KekPassphrases(new TypingPerson(TestCertificate.Passphrase));
        using var rsa = RSA.Create(2048);
        using var key = CertificatePrivateKey.Locked(() => rsa, new CertificatePassphrase(passphrases.Certificate));
        using var dataKey = DataKey.Generate();
        var wrapped = rsa.Encrypt(dataKey.Span, RSAEncryptionPadding.OaepSHA256);

        Assert.Equal(key, Assert.Single(CertificatePrivateKey.InOrderOfTrial([key], StoresThatAreReadSlowly())));

        IEnumerable<CertificatePrivateKey> StoresThatAreReadSlowly()
        {
            key.Unwrap(wrapped).Dispose();
            yield break;
        }
    }
}
