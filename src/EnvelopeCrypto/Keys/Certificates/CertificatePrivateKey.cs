using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Certificates;

/// <summary>A certificate's private key, opened on first use. A key that did not open is not tried again.</summary>
internal sealed class CertificatePrivateKey : IDisposable
{
    // .NET promises nothing about two threads in one RSA object, and the first use may ask for a passphrase.
    private readonly object _gate = new();
    private readonly Func<RSA> _open;
    private readonly CertificatePassphrase? _passphrase;
    private RSA? _key;
    private EnvelopeException? _failure;

    private CertificatePrivateKey(Func<RSA> open, CertificatePassphrase? passphrase, RSA? key)
    {
        _open = open;
        _passphrase = passphrase;
        _key = key;
    }

    /// <summary>Whether its first use asks for the passphrase.</summary>
    public bool IsLocked => _passphrase is not null && Volatile.Read(ref _key) is null;

    /// <summary>Whether it can be used without asking anybody, as far as is known yet.</summary>
    public bool IsUsable => Volatile.Read(ref _failure) is null && (!IsLocked || _passphrase!.IsGiven);

    /// <summary>A key that is open; it is disposed with this.</summary>
    public static CertificatePrivateKey Of(RSA key) => new(() => key, passphrase: null, key);

    /// <summary>A key that <paramref name="open"/> decrypts with the passphrase.</summary>
    public static CertificatePrivateKey Locked(Func<RSA> open, CertificatePassphrase passphrase) => new(open, passphrase, key: null);

    /// <summary>The key that a store or a .pfx file has joined to the certificate; null when there is none.</summary>
    public static CertificatePrivateKey? JoinedTo(X509Certificate2 certificate) =>
        certificate.HasPrivateKey ? new(() => OpenJoined(certificate), passphrase: null, key: null) : null;

    /// <summary>The keys of one public key as they are to be tried: what asks for a passphrase comes last, each comes once.</summary>
    /// <param name="named">Of certificates that the user named.</param>
    /// <param name="stored">Of certificates in stores, which are read only when no open key did it.</param>
    public static IEnumerable<CertificatePrivateKey> InOrderOfTrial(
        IEnumerable<CertificatePrivateKey> named, IEnumerable<CertificatePrivateKey> stored)
    {
        // Looked at once: a key that another thread opens meanwhile would be in neither half at a second look.
        var isLocked = named.ToLookup(key => key.IsLocked);
        return isLocked[false].Concat(stored).Concat(isLocked[true]).Distinct();
    }

    /// <summary>Unwraps a data key: RSAES-OAEP with SHA-256 and MGF1-SHA-256.</summary>
    /// <exception cref="EnvelopeException">
    /// WrappedKeyInvalid, the same for every way in which it does not open; else why the private key cannot be used.
    /// </exception>
    public DataKey Unwrap(ReadOnlySpan<byte> wrappedKey)
    {
        lock (_gate)
        {
            var key = Open();
            using var plain = new SecretBytes((key.KeySize + 7) / 8);
            return TryDecrypt(key, wrappedKey, plain.Span) == DataKey.Size
                ? DataKey.FromBytes(plain.Span[..DataKey.Size])
                : throw new EnvelopeException(
                    EnvelopeError.WrappedKeyInvalid, "the wrapped key does not open: another key made it, or it was changed.");
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _key?.Dispose();
    }

    private static int TryDecrypt(RSA key, ReadOnlySpan<byte> wrappedKey, Span<byte> plain)
    {
        try
        {
            return key.TryDecrypt(wrappedKey, plain, RSAEncryptionPadding.OaepSHA256, out var length) ? length : -1;
        }
        catch (CryptographicException)
        {
            return -1;
        }
    }

    private static RSA OpenJoined(X509Certificate2 certificate)
    {
        try
        {
            return certificate.GetRSAPrivateKey() ?? throw new CryptographicException("It is not an RSA key.");
        }
        catch (CryptographicException failure)
        {
            throw new EnvelopeException(
                EnvelopeError.PrivateKeyMissing, $"the certificate's private key cannot be used: {failure.Message}", failure);
        }
    }

    private RSA Open()
    {
        if (_failure is not null)
            throw _failure;
        try
        {
            return _key ??= _open();
        }
        catch (EnvelopeException failure)
        {
            _failure = failure;
            throw;
        }
    }
}
