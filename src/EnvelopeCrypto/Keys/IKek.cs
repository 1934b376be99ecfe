using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys;

/// <summary>A KEK that is ready to wrap: found, resolved to its canonical form and newest version, unlocked where need be.</summary>
public interface IKek
{
    /// <summary>
    /// Canonical form, without a version: <c>local:NAME</c>, a key ARN, <c>x509:sha256:HEX</c>, <c>pub:sha256:HEX</c>, <c>passphrase</c>,
    /// <c>NAME:ID</c>.
    /// </summary>
    string Reference { get; }

    /// <summary>
    /// Whether what this KEK wraps can be unwrapped here too; false for a certificate or public half without its private one.
    /// </summary>
    bool CanUnwrap { get; }

    /// <summary>Whether the recipient was made by this KEK in the version that it wraps with now.</summary>
    bool IsNewest(Recipient recipient);

    /// <summary>Wraps a data key. The recipient's <see cref="Recipient.IssuedAt"/> is the time of the call.</summary>
    ValueTask<Recipient> WrapAsync(DataKey dataKey, EncryptionContext context, CancellationToken cancellationToken);
}
