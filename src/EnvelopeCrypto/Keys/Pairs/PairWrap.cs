using System.Security.Cryptography;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Pairs;

/// <summary>
/// The wrap of key pairs:
/// <code>
/// { X-Wing ciphertext (1120) | Cobblestone-256 message of the data key under X-Wing's secret (104) }
/// </code>
/// The kid in the message's context binds the public half, X-Wing's combiner the ciphertext, and Cobblestone commits to the secret.
/// </summary>
internal static class PairWrap
{
    public static byte[] Wrap(IPublicHalf publicHalf, string kid, DataKey dataKey, EncryptionContext context)
    {
        using var secret = new SecretBytes(KeyPairFormat.SecretSize);
        var ciphertext = new byte[KeyPairFormat.CiphertextSize];
        publicHalf.Encapsulate(ciphertext, secret.Span);
        return [.. ciphertext, .. SealedWrap.Wrap(secret, RecipientAlgorithm.XWing, kid, dataKey, context, RandomNumberGenerator.Fill)];
    }

    /// <exception cref="EnvelopeException">
    /// WrappedKeyInvalid, the same for a wrong half, context, ciphertext, tag and commitment.
    /// </exception>
    public static DataKey Unwrap(IPrivateHalf privateHalf, Recipient recipient, EncryptionContext context)
    {
        using var secret = new SecretBytes(KeyPairFormat.SecretSize);
        privateHalf.Decapsulate(recipient.WrappedKey.Span[..KeyPairFormat.CiphertextSize], secret.Span);
        return SealedWrap.Unwrap(secret, recipient, recipient.WrappedKey.Span[KeyPairFormat.CiphertextSize..], context);
    }
}
