using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EnvelopeCrypto.Tests.Keys.Certificates;

/// <summary>Certificates made on the spot. Two RSA keys are shared, since making one is slow.</summary>
internal static class TestCertificate
{
    public const string Passphrase = "correct horse";

    // Valid whenever the tests run, of which a program with a clock of its own convinces itself.
    private static readonly DateTimeOffset LongAgo = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset FarAway = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Lazy<RSAParameters> Alice = new(() => NewKey(2048));
    private static readonly Lazy<RSAParameters> Bob = new(() => NewKey(2048));

    public static X509Certificate2 OfAlice(DateTimeOffset? from = null, DateTimeOffset? until = null) =>
        Sign(RSA.Create(Alice.Value), from, until);

    /// <summary>A certificate of Alice's without its private key, made without ever joining the two: Wine cannot.</summary>
    public static string PublicPemOfAlice()
    {
        using var key = RSA.Create(Alice.Value);
        var request = new CertificateRequest("CN=Alice", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var signer = X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1);
        using var certificate = request.Create(request.SubjectName, signer, LongAgo, FarAway, [1]);
        return certificate.ExportCertificatePem();
    }

    public static X509Certificate2 OfBob() => Sign(RSA.Create(Bob.Value), from: null, until: null);

    public static X509Certificate2 OfNewKey(int bits = 2048) => Sign(RSA.Create(NewKey(bits)), from: null, until: null);

    public static X509Certificate2 OfEllipticCurve()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=Elliptic", key, HashAlgorithmName.SHA256).CreateSelfSigned(LongAgo, FarAway);
    }

    public static string KidOf(X509Certificate2 certificate)
    {
        using var key = certificate.GetRSAPublicKey()!;
        return "x509:sha256:" + Convert.ToHexString(SHA256.HashData(key.ExportSubjectPublicKeyInfo())).ToLowerInvariant();
    }

    public static string KeyPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetRSAPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    public static string OldKeyPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetRSAPrivateKey()!;
        return key.ExportRSAPrivateKeyPem();
    }

    public static string LockedKeyPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetRSAPrivateKey()!;
        return key.ExportEncryptedPkcs8PrivateKeyPem(
            Passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
    }

    private static RSAParameters NewKey(int bits)
    {
        using var key = RSA.Create(bits);
        return key.ExportParameters(includePrivateParameters: true);
    }

    private static X509Certificate2 Sign(RSA key, DateTimeOffset? from, DateTimeOffset? until)
    {
        using (key)
        {
            var request = new CertificateRequest($"CN=Test {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return request.CreateSelfSigned(from ?? LongAgo, until ?? FarAway);
        }
    }
}
