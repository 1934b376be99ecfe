using System.Collections.Concurrent;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Pairs;
using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>
/// The KEKs of the local keyring. Each key that was opened is kept until dispose, so that a run of many files reads and derives
/// once; a version made meanwhile by another process is found, since what is unknown is looked up on disk.
/// </summary>
/// <param name="keyring">Stays the caller's, and lives longer than the provider.</param>
/// <param name="notices">Hears of <c>local:default</c> being made on first use.</param>
/// <param name="time">For the recipients' times.</param>
internal sealed class LocalKekProvider(LocalKeyring keyring, INotices notices, TimeProvider? time = null) : IKekProvider
{
    private const string FirstName = "default";

    /// <summary>Makes <c>local:default</c> where the observer of KEK use sees it; null when no one does.</summary>
    internal Func<Func<KekInfo>, KekInfo>? Making { get; init; }

    private readonly object _gate = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    // By kid, and by name for the version that wraps.
    private readonly ConcurrentDictionary<string, SecretBytes> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IKek> _current = new(StringComparer.Ordinal);

    // By kid: the KEK's file as it was when it last held that version.
    private readonly ConcurrentDictionary<string, FileStatus> _seen = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <inheritdoc/>
    public UnwrapPriority Turn => UnwrapPriority.Here;

    /// <inheritdoc/>
    public bool Serves(KekReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return reference.Kind == KekKind.Local;
    }

    /// <inheritdoc/>
    public bool Serves(Recipient recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        return recipient.Algorithm == RecipientAlgorithm.Local;
    }

    /// <inheritdoc/>
    public ValueTask<string> IdentifyAsync(KekReference reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return new($"local:{reference.Id}");
    }

    ValueTask<IReadOnlyList<string>> IKekProvider.IdentifyAllAsync(KekReference reference, CancellationToken cancellationToken) =>
        new(keyring.IdentitiesOf(reference.Id));

    string? IKekProvider.NameInKeyring(string kek) => new KekIdentity(kek).Kind == KekKind.Local ? kek : null;

    /// <inheritdoc/>
    /// <exception cref="EnvelopeException">KekNotFound, but not for <c>local:default</c>, which is made on first use.</exception>
    public ValueTask<string> PreviewAsync(KekReference reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Id != FirstName)
            keyring.Get(reference.Id);
        return new(keyring.IdentitiesOf(reference.Id)[0]);
    }

    /// <summary>The KEK in its current version. <c>local:default</c> is made when it is not there, and said so.</summary>
    /// <exception cref="EnvelopeException">KekNotFound, and what <see cref="LocalKeyring"/> can fail with.</exception>
    public ValueTask<IKek> OpenAsync(KekReference reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        cancellationToken.ThrowIfCancellationRequested();
        if (_current.TryGetValue(reference.Id, out var known))
            return new(known);
        lock (_gate)
        {
            if (!_current.TryGetValue(reference.Id, out var kek))
            {
                kek = Ready(reference.Id, OpenCurrent(reference.Id, cancellationToken));
                _current[reference.Id] = kek;
            }
            return new(kek);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> IsAllowedByDefaultAsync(Recipient recipient, CancellationToken cancellationToken) => new(true);

    /// <inheritdoc/>
    /// <exception cref="EnvelopeException">
    /// WrappedKeyInvalid, KekNotFound, KekVersionNotFound, and what <see cref="LocalKeyring"/> can fail with.
    /// </exception>
    public ValueTask<DataKey> UnwrapAsync(Recipient recipient, EncryptionContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        cancellationToken.ThrowIfCancellationRequested();
        return new(SealedWrap.Unwrap(KeyOf(recipient.Kid), recipient, context));
    }

    void IKekProvider.RequireStillThere(Recipient recipient) =>
        _seen[recipient.Kid] = keyring.RequireVersion(recipient.Kid, _seen.TryGetValue(recipient.Kid, out var seen) ? seen : null);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var key in _keys.Values)
                key.Dispose();
            _keys.Clear();
            _current.Clear();
        }
    }

    private SecretBytes KeyOf(string kid)
    {
        if (_keys.TryGetValue(kid, out var known))
            return known;
        lock (_gate)
        {
            return _keys.TryGetValue(kid, out var key) ? key : Keep(kid, keyring.OpenVersion(kid));
        }
    }

    private SecretBytes Keep(string kid, SecretBytes key)
    {
        if (_disposed || !_keys.TryAdd(kid, key))
            key.Dispose();
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _keys[kid];
    }

    // To prove what a key pair wrapped asks for the keyring's passphrase where need be, as for any local KEK.
    private IKek Ready(string name, (string Kid, SecretBytes? Key, IPublicHalf? PublicHalf) current) => current.PublicHalf is { } publicHalf
        ? new KeyPairKek(current.Kid, publicHalf, canUnwrap: () => true, _time)
        : new LocalKek(name, current.Kid, Keep(current.Kid, current.Key!), _time);

    private (string Kid, SecretBytes? Key, IPublicHalf? PublicHalf) OpenCurrent(string name, CancellationToken cancellationToken)
    {
        try
        {
            return keyring.OpenCurrent(name);
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.KekNotFound && name == FirstName)
        {
            MakeFirst(cancellationToken);
            return keyring.OpenCurrent(name);
        }
    }

    private void MakeFirst(CancellationToken cancellationToken)
    {
        try
        {
            var made = Making is null ? Make() : Making(Make);
            notices.Information(
                $"Made the KEK {made.Reference} in '{keyring.Folder}', {KekProtectionWord.Describe(made.Protection)}. "
                + "Without a backup, its files are lost with the keyring: make one with Export-EnvelopeKek or `envelope kek export`.");
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.KekExists)
        {
            // Another process was faster, and its KEK is as good.
        }

        KekInfo Make() => keyring.Create(FirstName, protection: null, cancellationToken);
    }
}
