using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys;

/// <summary>A KEK whose service makes the data key itself, as GenerateDataKey of AWS KMS does.</summary>
public interface IGeneratingKek : IKek
{
    /// <summary>A new data key and its first recipient. The caller disposes the key.</summary>
    ValueTask<(DataKey DataKey, Recipient Recipient)> GenerateAsync(EncryptionContext context, CancellationToken cancellationToken);

    /// <summary>
    /// A recipient of a new data key whose plaintext stays with the service, as GenerateDataKeyWithoutPlaintext of AWS KMS gives.
    /// </summary>
    ValueTask<Recipient> GenerateWithoutPlaintextAsync(EncryptionContext context, CancellationToken cancellationToken);
}
