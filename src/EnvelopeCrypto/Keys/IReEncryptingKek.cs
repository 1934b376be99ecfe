using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys;

/// <summary>
/// A KEK whose service turns a key wrapped by another of its KEKs into one wrapped by this, and keeps the plaintext to itself.
/// </summary>
public interface IReEncryptingKek : IKek
{
    /// <summary>
    /// Whether the service's answer names both KEKs, so that it counts as proof; else what it gave is unwrapped to prove it.
    /// </summary>
    bool AnswerProves { get; }

    /// <summary>Whether the service can re-encrypt this recipient to this KEK.</summary>
    bool CanReEncrypt(Recipient source);

    /// <summary>
    /// The recipient for this KEK. Where <see cref="AnswerProves"/>, the answer has named both the source's KEK and this one.
    /// </summary>
    ValueTask<Recipient> ReEncryptAsync(Recipient source, EncryptionContext context, CancellationToken cancellationToken);
}
