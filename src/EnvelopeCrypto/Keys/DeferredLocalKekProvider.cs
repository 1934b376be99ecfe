using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Keys;

/// <summary>
/// The local KEKs of a run that may need none: the keyring is looked for when a key of it is first asked for, so that passphrases and
/// certificates work for a user who has no place for a keyring.
/// </summary>
internal sealed class DeferredLocalKekProvider(Func<LocalKeyring> keyring, INotices notices) : IKekProvider
{
    private readonly object _gate = new();
    private LocalKekProvider? _provider;
    private bool _disposed;

    public KekTurn Turn => KekTurn.Here;

    public bool Serves(KekReference reference) => reference.Kind == KekKind.Local;

    public bool Serves(Recipient recipient) => recipient.Algorithm == RecipientAlgorithm.Local;

    public ValueTask<string> IdentifyAsync(KekReference reference, CancellationToken cancellationToken) => new($"local:{reference.Id}");

    public ValueTask<string> PreviewAsync(KekReference reference, CancellationToken cancellationToken) =>
        Provider().PreviewAsync(reference, cancellationToken);

    public ValueTask<IKek> OpenAsync(KekReference reference, CancellationToken cancellationToken) =>
        Provider().OpenAsync(reference, cancellationToken);

    public ValueTask<bool> IsAllowedByDefaultAsync(Recipient recipient, CancellationToken cancellationToken) => new(true);

    public ValueTask<DataKey> UnwrapAsync(Recipient recipient, EncryptionContext context, CancellationToken cancellationToken) =>
        Provider().UnwrapAsync(recipient, context, cancellationToken);

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _provider?.Dispose();
        }
    }

    // A failure is not kept: each file gets an exception of its own, which is given its name.
    private LocalKekProvider Provider()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _provider ??= new LocalKekProvider(keyring(), notices);
        }
    }
}
