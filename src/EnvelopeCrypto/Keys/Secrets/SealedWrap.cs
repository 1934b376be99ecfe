using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Secrets;

/// <summary>
/// The wrap of the keyring and of passphrases: the data key as a Cobblestone-256 message of 104 bytes under the KEK. It commits to
/// its key, so one wrapped key opens under one KEK only, and its salt leaves no limit on the number of wraps.
/// </summary>
internal static class SealedWrap
{
    public static byte[] Wrap(
        SecretBytes kek, string algorithm, string kid, DataKey dataKey, EncryptionContext context, RandomSource random) =>
        Cobblestone.Seal(kek.Span, Recipient.WrapContext(algorithm, kid, context), dataKey.Span, random);

    /// <exception cref="EnvelopeException">WrappedKeyInvalid, the same for a wrong key, a wrong tag and a wrong commitment.</exception>
    public static DataKey Unwrap(SecretBytes kek, Recipient recipient, EncryptionContext context) =>
        Unwrap(kek, recipient, recipient.WrappedKey.Span, context);

    /// <summary>The same, where the message is only a part of the recipient's wrapped key.</summary>
    /// <exception cref="EnvelopeException">WrappedKeyInvalid.</exception>
    public static DataKey Unwrap(SecretBytes kek, Recipient recipient, ReadOnlySpan<byte> message, EncryptionContext context)
    {
        using var plain = new SecretBytes(DataKey.Size);
        var wrapContext = Recipient.WrapContext(recipient.Algorithm, recipient.Kid, context);
        if (!Cobblestone.TryOpen(kek.Span, wrapContext, message, plain.Span))
        {
            throw new EnvelopeException(
                EnvelopeError.WrappedKeyInvalid, "the wrapped key does not open: another key made it, or it was changed.");
        }
        return DataKey.FromBytes(plain.Span);
    }
}
