using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys;

/// <summary>A KEK whose service turns a key wrapped by another of its KEKs into one wrapped by this, and keeps the plaintext to itself.</summary>
public interface IReEncryptingKek : IKek
{
    /// <summary>Whether the service can re-encrypt this recipient to this KEK.</summary>
    bool CanReEncrypt(Recipient source);

    /// <summary>The recipient for this KEK. The service's answer has named both the source's KEK and this one.</summary>
    ValueTask<Recipient> ReEncryptAsync(Recipient source, EncryptionContext context, CancellationToken cancellationToken);
}
