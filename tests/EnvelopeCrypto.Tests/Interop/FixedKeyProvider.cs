using System.Security.Cryptography;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Tests.Interop;

/// <summary>A keyring of one KEK whose bytes are known, for envelopes that another program opens or wrote.</summary>
internal sealed class FixedKeyProvider(byte[] key, string kid) : IKekProvider, IKek
{
    private readonly SecretBytes _kek = new(key);

    public UnwrapPriority Turn => UnwrapPriority.Here;

    public string Reference => RecipientGrammar.ReferenceOf(RecipientAlgorithm.Local, kid);

    public bool CanUnwrap => true;

    public bool Serves(KekReference reference) => reference.Kind == KekKind.Local;

    public bool Serves(Recipient recipient) => recipient.Algorithm == RecipientAlgorithm.Local;

    public ValueTask<string> IdentifyAsync(KekReference reference, CancellationToken cancellationToken) =>
        ValueTask.FromResult(reference.Text);

    public ValueTask<IKek> OpenAsync(KekReference reference, CancellationToken cancellationToken) => ValueTask.FromResult<IKek>(this);

    public ValueTask<bool> IsAllowedByDefaultAsync(Recipient recipient, CancellationToken cancellationToken) => ValueTask.FromResult(true);

    public bool IsNewest(Recipient recipient) => recipient.Kid == kid;

    public ValueTask<Recipient> WrapAsync(DataKey dataKey, EncryptionContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new Recipient
    {
        Algorithm = RecipientAlgorithm.Local,
        Kid = kid,
        IssuedAt = 1_795_284_000,
        WrappedKey = SealedWrap.Wrap(_kek, RecipientAlgorithm.Local, kid, dataKey, context, RandomNumberGenerator.Fill),
    });

    public ValueTask<DataKey> UnwrapAsync(Recipient recipient, EncryptionContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(SealedWrap.Unwrap(_kek, recipient, context));

    public void Dispose() => _kek.Dispose();
}
