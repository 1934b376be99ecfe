using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys.Deferred;

/// <summary>
/// A provider that is made when a KEK of it is first used: a run that needs none of its KEKs looks for no keyring and loads no key
/// service's adapter.
/// </summary>
internal abstract class DeferredKekProvider(Func<IKekProvider> make) : IKekProvider
{
    private readonly object _gate = new();
    private IKekProvider? _provider;
    private bool _disposed;

    public abstract UnwrapPriority Turn { get; }

    public abstract bool Serves(KekReference reference);

    public abstract bool Serves(Recipient recipient);

    public abstract ValueTask<string> IdentifyAsync(KekReference reference, CancellationToken cancellationToken);

    public virtual ValueTask<string> PreviewAsync(KekReference reference, CancellationToken cancellationToken) =>
        IdentifyAsync(reference, cancellationToken);

    public virtual ValueTask<IKek> OpenAsync(KekReference reference, CancellationToken cancellationToken) =>
        Provider().OpenAsync(reference, cancellationToken);

    public abstract ValueTask<bool> IsAllowedByDefaultAsync(Recipient recipient, CancellationToken cancellationToken);

    public virtual ValueTask<DataKey> UnwrapAsync(Recipient recipient, EncryptionContext context, CancellationToken cancellationToken) =>
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
    protected IKekProvider Provider()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _provider ??= make();
        }
    }
}
