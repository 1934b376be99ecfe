using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Keys.Deferred;

/// <summary>
/// The local KEKs of a run that may need none: the keyring is looked for when a key of it is first asked for, so that passphrases and
/// certificates work for a user who has no place for a keyring.
/// </summary>
internal sealed class DeferredLocalKekProvider(Func<LocalKeyring> keyring, INotices notices, Func<Func<KekInfo>, KekInfo>? making = null)
    : DeferredKekProvider(() => new LocalKekProvider(keyring(), notices) { Making = making }), IKekProvider
{
    public override UnwrapPriority Turn => UnwrapPriority.Here;

    public override bool Serves(KekReference reference) => reference.Kind == KekKind.Local;

    public override bool Serves(Recipient recipient) => recipient.Algorithm == RecipientAlgorithm.Local;

    public override ValueTask<string> IdentifyAsync(KekReference reference, CancellationToken cancellationToken) =>
        new($"local:{reference.Id}");

    // Where there is no place for a keyring there is no key pair in it.
    async ValueTask<IReadOnlyList<string>> IKekProvider.IdentifyAllAsync(KekReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return await Provider().IdentifyAllAsync(reference, cancellationToken);
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.KeyringLocationUnknown)
        {
            return [await IdentifyAsync(reference, cancellationToken)];
        }
    }

    string? IKekProvider.NameInKeyring(string kek) => new KekIdentity(kek).Kind == KekKind.Local ? kek : null;

    public override ValueTask<string> PreviewAsync(KekReference reference, CancellationToken cancellationToken) =>
        Provider().PreviewAsync(reference, cancellationToken);

    void IKekProvider.RequireStillThere(Recipient recipient) => Provider().RequireStillThere(recipient);

    public override ValueTask<bool> IsAllowedByDefaultAsync(Recipient recipient, CancellationToken cancellationToken) => new(true);
}
