using System.Collections.Concurrent;
using System.Globalization;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys.Certificates;

/// <summary>
/// Certificates as KEKs: <c>x509:PATH</c> (.cer, .crt, .pem, .pfx, .p12), <c>x509:THUMBPRINT</c> (SHA-1 or SHA-256 of a certificate in
/// the user's or the machine's store) and <c>x509:sha256:HEX</c> (SHA-256 of the SubjectPublicKeyInfo, the canonical form). Wraps
/// with the public key by RSAES-OAEP with SHA-256 (RFC 8017); the private key is needed only to unwrap. For several threads at once.
/// </summary>
/// <remarks>
/// Each file is read once in a session, and one that could not be read fails the same way again. An encrypted private key in a PEM
/// file is opened when it first unwraps; a .pfx file that needs a passphrase needs it even for its certificate.
/// </remarks>
internal sealed class CertificateKekProvider : IKekProvider
{
    private readonly CertificateFile _reader;
    private readonly INotices _notices;
    private readonly TimeProvider _time;
    private readonly string _folder;
    private readonly CertificateStores _stores = new();
    private readonly ConcurrentDictionary<string, Lazy<KekCertificate>> _files = new(StringComparer.Ordinal);

    // By kid: every certificate that the user named. The list is empty when only the canonical form was named.
    private readonly ConcurrentDictionary<string, KekCertificate[]> _named = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<KekCertificate, bool> _warned = new();

    // By path: why a file was not read. It may be the one with the private key.
    private readonly ConcurrentDictionary<string, string> _unread = new(StringComparer.Ordinal);

    /// <param name="passphrases">Its <see cref="KekPassphrases.Certificate"/> opens private keys; the caller disposes it.</param>
    /// <param name="notices">Hears of certificates out of date and of files that are not clear.</param>
    /// <param name="time">For the time of a wrap, and whether a certificate is out of date.</param>
    /// <param name="folder">From which paths count; null for the process's own.</param>
    public CertificateKekProvider(KekPassphrases passphrases, INotices notices, TimeProvider? time = null, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(passphrases);
        ArgumentNullException.ThrowIfNull(notices);
        _reader = new CertificateFile(new CertificatePassphrase(passphrases.Certificate), notices);
        _notices = notices;
        _time = time ?? TimeProvider.System;
        _folder = folder ?? "";
    }

    /// <inheritdoc/>
    public UnwrapPriority Turn => UnwrapPriority.Here;

    /// <inheritdoc/>
    public bool Serves(KekReference reference) => reference.Kind == KekKind.Certificate;

    /// <inheritdoc/>
    public bool Serves(Recipient recipient) => recipient.Algorithm == RecipientAlgorithm.Rsa;

    /// <summary>The hash of the public key. It reads the certificate, which from then on counts as named.</summary>
    /// <exception cref="EnvelopeException">CertificateNotFound, CertificateUnsuitable, PassphraseRequired.</exception>
    public ValueTask<string> IdentifyAsync(KekReference reference, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (CertificateName.KidOf(reference) is not { } kid)
            return ValueTask.FromResult(Find(reference).Kid);
        // The canonical form says all there is to compare; the certificate itself may be gone.
        _named.TryAdd(kid, []);
        return ValueTask.FromResult(kid);
    }

    /// <inheritdoc/>
    /// <exception cref="EnvelopeException">CertificateNotFound, CertificateUnsuitable, PassphraseRequired.</exception>
    public ValueTask<IKek> OpenAsync(KekReference reference, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IKek>(new CertificateKek(Find(reference), this, _time));
    }

    /// <summary>True for a certificate that was named in this session, and for one that a store holds with its private key.</summary>
    public ValueTask<bool> IsAllowedByDefaultAsync(Recipient recipient, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            _named.ContainsKey(recipient.Kid) || _stores.ByKid(recipient.Kid).Any(stored => stored.PrivateKey is not null));

    /// <inheritdoc/>
    /// <exception cref="EnvelopeException">WrappedKeyInvalid; PrivateKeyMissing, PassphraseRequired.</exception>
    public ValueTask<DataKey> UnwrapAsync(Recipient recipient, EncryptionContext context, CancellationToken cancellationToken)
    {
        EnvelopeException? closed = null;
        foreach (var key in PrivateKeysOf(recipient.Kid))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return ValueTask.FromResult(key.Unwrap(recipient.WrappedKey.Span));
            }
            catch (EnvelopeException failure) when (failure.Error != EnvelopeError.WrappedKeyInvalid)
            {
                // This copy of the key does not open; another may.
                closed ??= failure;
            }
        }
        throw closed ?? PrivateKeyMissing();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            if (file.IsValueCreated)
                file.Value.Dispose();
        }
        _stores.Dispose();
    }

    /// <summary>Whether the private key is here and can be used without asking anybody.</summary>
    internal bool HasPrivateKey(string kid) => PrivateKeysOf(kid).Any(key => key.IsUsable);

    /// <summary>Once for each certificate: a KEK out of date still protects, but somebody meant it to end.</summary>
    internal void WarnWhenOutOfDate(KekCertificate certificate, DateTimeOffset now)
    {
        var isEarly = now < certificate.NotBefore;
        if ((isEarly || now > certificate.NotAfter) && _warned.TryAdd(certificate, true))
        {
            var date = (isEarly ? certificate.NotBefore : certificate.NotAfter).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var when = isEarly ? "is not valid before" : "was valid until";
            _notices.Warning($"the certificate {certificate.Subject} ({certificate.Kid}) {when} {date}; it is used all the same.");
        }
    }

    private KekCertificate Find(KekReference reference)
    {
        var certificate = CertificateName.KidOf(reference) is { } kid ? ByKid(kid)
            : CertificateName.IsThumbprint(reference) ? _stores.ByThumbprint(reference.Id)
            : ReadOnce(Path.Combine(_folder, reference.Id));
        if (certificate is null)
        {
            throw new EnvelopeException(
                EnvelopeError.CertificateNotFound,
                $"{reference}: no such certificate is in the user's or the machine's store. A file of that name is written ./NAME.");
        }
        certificate.RequireSuitable(reference);
        _named.AddOrUpdate(
            certificate.Kid, _ => [certificate], (_, known) => known.Contains(certificate) ? known : [.. known, certificate]);
        return certificate;
    }

    private KekCertificate? ByKid(string kid) => _named.GetValueOrDefault(kid, []).Concat(_stores.ByKid(kid)).FirstOrDefault();

    private KekCertificate ReadOnce(string path)
    {
        try
        {
            return _files.GetOrAdd(path, key => new Lazy<KekCertificate>(() => _reader.Read(key))).Value;
        }
        catch (EnvelopeException failure)
        {
            _unread.TryAdd(path, failure.Reason);
            throw;
        }
    }

    private EnvelopeException PrivateKeyMissing() => new(
        EnvelopeError.PrivateKeyMissing,
        "the certificate's private key is not here."
        + string.Concat(_unread.Values.Select(reason => $" Not read: {reason}")));

    private IEnumerable<CertificatePrivateKey> PrivateKeysOf(string kid) =>
        CertificatePrivateKey.InOrderOfTrial(KeysOf(_named.GetValueOrDefault(kid, [])), KeysOf(_stores.ByKid(kid)));

    private static IEnumerable<CertificatePrivateKey> KeysOf(IEnumerable<KekCertificate> certificates) =>
        certificates.Select(certificate => certificate.PrivateKey).OfType<CertificatePrivateKey>();
}
