using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EnvelopeCrypto.Keys.Certificates;

/// <summary>A certificate that serves, or is asked to serve, as KEK. It owns its keys.</summary>
internal sealed class KekCertificate : IDisposable
{
    /// <summary>Smallest RSA key in bits: NIST SP 800-131A.</summary>
    public const int MinKeySize = 2048;

    private readonly object _gate = new();
    private readonly X509Certificate2 _certificate;
    private RSA? _publicKey;

    /// <param name="certificate">Owned from here on.</param>
    /// <param name="privateKey">Owned from here on; null when it is not here.</param>
    public KekCertificate(X509Certificate2 certificate, CertificatePrivateKey? privateKey)
    {
        _certificate = certificate;
        PrivateKey = privateKey;
        Kid = KidOf(certificate);
        Subject = DisplayText.OneLine(certificate.Subject);
        NotBefore = new DateTimeOffset(certificate.NotBefore).ToUniversalTime();
        NotAfter = new DateTimeOffset(certificate.NotAfter).ToUniversalTime();
    }

    /// <summary>
    /// <c>x509:sha256:HEX</c> of the SubjectPublicKeyInfo, so that a renewed certificate with the same key is the same KEK.
    /// </summary>
    public string Kid { get; }

    public string Subject { get; }

    public DateTimeOffset NotBefore { get; }

    public DateTimeOffset NotAfter { get; }

    public CertificatePrivateKey? PrivateKey { get; }

    public static string KidOf(X509Certificate2 certificate) => KidOf(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    public static string KidOf(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        "x509:sha256:" + Convert.ToHexString(SHA256.HashData(subjectPublicKeyInfo)).ToLowerInvariant();

    public bool HasThumbprint(string hex) => string.Equals(
        hex,
        _certificate.GetCertHashString(hex.Length == 2 * SHA1.HashSizeInBytes ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256),
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens the public key.</summary>
    /// <exception cref="EnvelopeException">CertificateUnsuitable: no RSA key, or one that is too short.</exception>
    public KekCertificate RequireSuitable(KekReference reference)
    {
        lock (_gate)
        {
            if (_publicKey is not null)
                return this;
            var key = OpenPublicKey() ?? throw Unsuitable(reference, "has no RSA key");
            if (key.KeySize < MinKeySize)
            {
                var size = key.KeySize;
                key.Dispose();
                throw Unsuitable(reference, $"has an RSA key of {size} bits");
            }
            _publicKey = key;
            return this;
        }
    }

    /// <summary>RSAES-OAEP with SHA-256 and MGF1-SHA-256 (RFC 8017). The certificate was found suitable before.</summary>
    public byte[] Wrap(DataKey dataKey)
    {
        lock (_gate)
            return _publicKey!.Encrypt(dataKey.Span, RSAEncryptionPadding.OaepSHA256);
    }

    public void Dispose()
    {
        PrivateKey?.Dispose();
        lock (_gate)
            _publicKey?.Dispose();
        _certificate.Dispose();
    }

    private static EnvelopeException Unsuitable(KekReference reference, string why) => new(
        EnvelopeError.CertificateUnsuitable, $"{reference}: the certificate {why}; a KEK needs an RSA key of {MinKeySize} bits or more.");

    private RSA? OpenPublicKey()
    {
        try
        {
            return _certificate.GetRSAPublicKey();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
