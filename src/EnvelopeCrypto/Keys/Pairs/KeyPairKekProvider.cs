using System.Collections.Concurrent;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Keys.Pairs;

/// <summary>
/// Key pairs as KEKs: <c>pub:PATH</c>, a PEM file with the public half, and <c>pub:sha256:HEX</c>, the canonical form. The public half
/// wraps without a keyring; what it wrapped, the private half in the keyring unwraps. For several threads at once.
/// </summary>
/// <remarks>Each file is read once in a session, and one that could not be read fails the same way again.</remarks>
/// <param name="load">Loads the adapter that knows X-Wing; null for none.</param>
/// <param name="keyring">Gives the keyring, and may fail; it stays the caller's.</param>
/// <param name="folder">From which paths count; null for the process's own.</param>
/// <param name="time">For the recipients' times.</param>
internal sealed class KeyPairKekProvider(
    Func<IKeyEncapsulation>? load, Func<LocalKeyring> keyring, string? folder = null, TimeProvider? time = null) : IKekProvider
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, Lazy<KeyPairKek>> _files = new(StringComparer.Ordinal);

    // By kid: those whose file was named, and the private halves that were opened.
    private readonly ConcurrentDictionary<string, KeyPairKek> _named = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IPrivateHalf> _privateHalves = new(StringComparer.Ordinal);

    // By kid: the KEK's file as it was when it last held that pair.
    private readonly ConcurrentDictionary<string, (string Name, FileStatus Status)> _seen = new(StringComparer.Ordinal);
    private readonly object _gate = new();
    private bool _disposed;

    /// <inheritdoc/>
    public UnwrapPriority Turn => UnwrapPriority.Here;

    /// <inheritdoc/>
    public bool Serves(KekReference reference) => reference.Kind == KekKind.PublicKey;

    /// <inheritdoc/>
    public bool Serves(Recipient recipient) => recipient.Algorithm == RecipientAlgorithm.XWing;

    // The private half of a pair is local:NAME.
    bool IKekProvider.CanBeNamedBy(KekReference reference) => reference.Kind is KekKind.PublicKey or KekKind.Local;

    /// <summary>The hash of the public half. Reads its file, unless the hash itself is named.</summary>
    /// <exception cref="EnvelopeException">PublicKeyNotFound, PublicKeyInvalid.</exception>
    public ValueTask<string> IdentifyAsync(KekReference reference, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(KeyPairName.KidOf(reference) ?? ReadOnce(reference).Reference);
    }

    /// <inheritdoc/>
    /// <exception cref="EnvelopeException">
    /// PublicKeyNotFound, PublicKeyInvalid; KekNotFound for a hash that is known nowhere here.
    /// </exception>
    public ValueTask<string> PreviewAsync(KekReference reference, CancellationToken cancellationToken) => new(Find(reference).Reference);

    /// <inheritdoc/>
    /// <exception cref="EnvelopeException">
    /// PublicKeyNotFound, PublicKeyInvalid; KekNotFound for a hash that is known nowhere here.
    /// </exception>
    public ValueTask<IKek> OpenAsync(KekReference reference, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Find(reference));
    }

    /// <summary>Always: only a keyring of this user can open it.</summary>
    public ValueTask<bool> IsAllowedByDefaultAsync(Recipient recipient, CancellationToken cancellationToken) => new(true);

    /// <inheritdoc/>
    /// <exception cref="EnvelopeException">
    /// WrappedKeyInvalid, PrivateKeyMissing, and what <see cref="LocalKeyring"/> can fail with.
    /// </exception>
    public ValueTask<DataKey> UnwrapAsync(Recipient recipient, EncryptionContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(PairWrap.Unwrap(PrivateHalfOf(recipient.Kid), recipient, context));
    }

    void IKekProvider.RequireStillThere(Recipient recipient) =>
        _seen[recipient.Kid] = keyring().RequirePair(recipient.Kid, _seen.TryGetValue(recipient.Kid, out var seen) ? seen : null);

    string? IKekProvider.NameInKeyring(string kek) => RecipientGrammar.PairKid().IsMatch(kek) ? TryKeyring()?.TryNamePair(kek) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var half in _privateHalves.Values)
                half.Dispose();
            _privateHalves.Clear();
        }
    }

    private KeyPairKek Find(KekReference reference) => KeyPairName.KidOf(reference) is { } kid ? ByKid(kid) : ReadOnce(reference);

    // A kid names a pair whose file was named in this run, or one of the keyring.
    private KeyPairKek ByKid(string kid)
    {
        if (_named.TryGetValue(kid, out var named))
            return named;
        try
        {
            if (TryKeyring() is { } here)
                return KekOf(kid, here.OpenPublicHalf(kid));
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.PrivateKeyMissing)
        {
            if (failure.InnerException is EnvelopeException unread)
                throw new EnvelopeException(unread.Error, $"{kid}: {failure.Reason}", unread).About(unread.Path);
        }
        throw new EnvelopeException(
            EnvelopeError.KekNotFound, $"{kid}: no key pair of this keyring has that public half; name its file, pub:PATH.");
    }

    private KeyPairKek ReadOnce(KekReference reference) =>
        _files.GetOrAdd(Path.Combine(folder ?? "", reference.Id), path => new Lazy<KeyPairKek>(() => Read(path))).Value;

    private KeyPairKek Read(string path)
    {
        var bytes = PublicHalfFile.Read(path);
        var kek = KekOf(KeyPairFormat.KidOf(bytes), PublicHalfFile.Open(bytes, path, KeyEncapsulation.Require(load)));
        return _named.GetOrAdd(kek.Reference, kek);
    }

    private KeyPairKek KekOf(string kid, IPublicHalf publicHalf) =>
        new(kid, publicHalf, () => TryKeyring()?.OpensUnasked(kid) ?? false, _time);

    private IPrivateHalf PrivateHalfOf(string kid)
    {
        if (_privateHalves.TryGetValue(kid, out var known))
            return known;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _privateHalves.TryGetValue(kid, out known) ? known : _privateHalves[kid] = keyring().OpenPrivateHalf(kid);
        }
    }

    // A host that only wraps may have no place for a keyring.
    private LocalKeyring? TryKeyring()
    {
        try
        {
            return keyring();
        }
        catch (EnvelopeException)
        {
            return null;
        }
    }
}
