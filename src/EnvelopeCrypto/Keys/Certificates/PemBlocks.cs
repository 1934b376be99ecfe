using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EnvelopeCrypto.Keys.Certificates;

/// <summary>The blocks of a PEM file (RFC 7468) that matter here: certificates, and the first RSA private key, open or encrypted.</summary>
internal sealed class PemBlocks : IDisposable
{
    // OpenSSL's old way of encrypting a key puts header lines into the block, which RFC 7468 does not know.
    private const string OldEncryption = "Proc-Type: 4,ENCRYPTED";

    private readonly string _path;
    private readonly List<X509Certificate2> _certificates = [];
    private RSA? _key;
    private byte[]? _lockedKey;
    private bool _hasOldKey;

    private PemBlocks(string path) => _path = path;

    /// <summary>Null when the text is not a PEM at all.</summary>
    /// <exception cref="EnvelopeException">CertificateNotFound when it has keys and no certificate.</exception>
    /// <exception cref="CryptographicException">A certificate cannot be read.</exception>
    public static PemBlocks? Read(ReadOnlySpan<char> text, string path)
    {
        var blocks = new PemBlocks(path);
        try
        {
            if (!blocks.Take(text))
                return null;
            blocks._hasOldKey = text.IndexOf(OldEncryption, StringComparison.Ordinal) >= 0;
            if (blocks._certificates.Count == 0)
            {
                throw CertificateFile.Unreadable(
                    path, "holds no certificate; a private key serves only together with its certificate in the same file.");
            }
            return blocks;
        }
        catch
        {
            blocks.Dispose();
            throw;
        }
    }

    /// <summary>The certificate of the private key, else the first. It leaves with its key; <see cref="Dispose"/> takes the rest.</summary>
    public KekCertificate ToCertificate(CertificatePassphrase passphrase, INotices notices)
    {
        // With one certificate there is nothing to choose, and an encrypted key stays closed until it unwraps.
        if (_lockedKey is not null && _certificates.Count > 1)
            ChooseByLockedKey(passphrase, notices);
        var index = _key is null ? 0 : Math.Max(0, _certificates.FindIndex(IsOfKey));
        var certificate = _certificates[index];
        var privateKey = PrivateKeyOf(certificate, passphrase, notices);
        _certificates.RemoveAt(index);
        return new KekCertificate(certificate, privateKey);
    }

    public void Dispose()
    {
        _key?.Dispose();
        foreach (var certificate in _certificates)
            certificate.Dispose();
    }

    private bool Take(ReadOnlySpan<char> text)
    {
        var any = false;
        while (PemEncoding.TryFind(text, out var fields))
        {
            any = true;
            Take(text[fields.Label], text[fields.Location], text[fields.Base64Data]);
            text = text[fields.Location.End..];
        }
        return any;
    }

    private void Take(ReadOnlySpan<char> label, ReadOnlySpan<char> block, ReadOnlySpan<char> base64)
    {
        if (label is "CERTIFICATE")
            _certificates.Add(X509Certificate2.CreateFromPem(block));
        else if (label is "PRIVATE KEY" or "RSA PRIVATE KEY")
            _key ??= TryImport(block);
        else if (label is "ENCRYPTED PRIVATE KEY")
            _lockedKey ??= Convert.FromBase64String(base64.ToString());
    }

    private static RSA? TryImport(ReadOnlySpan<char> block)
    {
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(block);
            return key;
        }
        catch (CryptographicException)
        {
            // The key of another algorithm; the certificate tells whether that is a fault.
            key.Dispose();
            return null;
        }
    }

    private void ChooseByLockedKey(CertificatePassphrase passphrase, INotices notices)
    {
        if (_key is not null)
            return;
        if (passphrase.IsGiven)
            _key = Unlock(_path, _lockedKey!, passphrase);
        else
        {
            notices.Warning(
                $"'{_path}' holds several certificates, and its private key is encrypted: the first is used, {_certificates[0].Subject}.");
        }
    }

    private bool IsOfKey(X509Certificate2 certificate) => IsOf(_key!, KekCertificate.KidOf(certificate));

    private static bool IsOf(RSA key, string kid) => KekCertificate.KidOf(key.ExportSubjectPublicKeyInfo()) == kid;

    private CertificatePrivateKey? PrivateKeyOf(X509Certificate2 certificate, CertificatePassphrase passphrase, INotices notices)
    {
        if (_key is not null && IsOfKey(certificate))
        {
            var key = CertificatePrivateKey.Of(_key);
            _key = null;
            return key;
        }
        if (_key is not null)
            notices.Warning($"the private key in '{_path}' belongs to none of its certificates and is left alone.");
        else if (_lockedKey is { } lockedKey)
            return LockedKeyOf(_path, lockedKey, KekCertificate.KidOf(certificate), passphrase);
        else if (_hasOldKey)
        {
            notices.Warning(
                $"the private key in '{_path}' is encrypted in an old way that is not read; convert it with: openssl pkcs8 -topk8");
        }
        return null;
    }

    private static CertificatePrivateKey LockedKeyOf(string path, byte[] lockedKey, string kid, CertificatePassphrase passphrase)
    {
        return CertificatePrivateKey.Locked(Open, passphrase);

        RSA Open()
        {
            var key = Unlock(path, lockedKey, passphrase);
            if (IsOf(key, kid))
                return key;
            key.Dispose();
            throw new EnvelopeException(EnvelopeError.PrivateKeyMissing, $"the private key in '{path}' is not that of its certificate.");
        }
    }

    private static RSA Unlock(string path, byte[] lockedKey, CertificatePassphrase passphrase) => passphrase.Use(path, typed =>
    {
        var key = RSA.Create();
        try
        {
            key.ImportEncryptedPkcs8PrivateKey(typed, lockedKey, out _);
            return key;
        }
        catch (CryptographicException failure)
        {
            key.Dispose();
            throw new EnvelopeException(
                EnvelopeError.PrivateKeyMissing,
                $"the private key in '{path}' does not open: the passphrase is wrong, the key is not an RSA key, or it is damaged.",
                failure);
        }
    });
}
