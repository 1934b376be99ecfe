using System.Security.Cryptography;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>A KEK of the keyring in the version that wraps.</summary>
/// <param name="name">Its name.</param>
/// <param name="kid">The version's identity.</param>
/// <param name="key">Its key, which stays the provider's.</param>
/// <param name="time">For the recipients' times.</param>
internal sealed class LocalKek(string name, string kid, SecretBytes key, TimeProvider time) : IKek
{
    public string Reference { get; } = $"local:{name}";

    public bool CanUnwrap => true;

    public bool IsNewest(Recipient recipient) => recipient.Algorithm == RecipientAlgorithm.Local && recipient.Kid == kid;

    public ValueTask<Recipient> WrapAsync(DataKey dataKey, EncryptionContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(new Recipient
        {
            Algorithm = RecipientAlgorithm.Local,
            Kid = kid,
            IssuedAt = time.GetUtcNow().ToUnixTimeSeconds(),
            WrappedKey = SealedWrap.Wrap(key, RecipientAlgorithm.Local, kid, dataKey, context, RandomNumberGenerator.Fill),
        });
    }
}
