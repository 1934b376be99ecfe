using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Aws.Service;

/// <summary>
/// AWS KMS in one Region, as far as data keys go. Answers come as the service gave them, to be checked by the caller; failures are
/// <see cref="EnvelopeException"/>s with an id each.
/// </summary>
internal interface IKmsService
{
    /// <summary>GenerateDataKey, 256 bits.</summary>
    Task<KmsUnwrapped> GenerateDataKeyAsync(string key, EncryptionContext context, CancellationToken cancellationToken);

    /// <summary>GenerateDataKeyWithoutPlaintext, 256 bits.</summary>
    Task<KmsWrapped> GenerateDataKeyWithoutPlaintextAsync(string key, EncryptionContext context, CancellationToken cancellationToken);

    /// <summary>Encrypt.</summary>
    Task<KmsWrapped> EncryptAsync(string key, DataKey dataKey, EncryptionContext context, CancellationToken cancellationToken);

    /// <summary>Decrypt, always with the key named.</summary>
    Task<KmsUnwrapped> DecryptAsync(KmsWrapped wrapped, bool isRsa, EncryptionContext context, CancellationToken cancellationToken);

    /// <summary>ReEncrypt, with both keys and both contexts named.</summary>
    Task<KmsReEncrypted> ReEncryptAsync(
        KmsWrapped source, bool isRsa, string target, bool isRsaTarget, EncryptionContext context, CancellationToken cancellationToken);

    /// <summary>DescribeKey.</summary>
    Task<KmsKeyDescription> DescribeKeyAsync(string key, CancellationToken cancellationToken);

    /// <summary>GetPublicKey.</summary>
    Task<KmsPublicKey> GetPublicKeyAsync(string key, CancellationToken cancellationToken);
}
