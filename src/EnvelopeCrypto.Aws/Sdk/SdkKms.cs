using System.Security.Cryptography;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using EnvelopeCrypto.Aws.Service;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>
/// AWS KMS in one Region, by the SDK. Answers come as the service gave them, to be checked by the caller; failures are
/// <see cref="EnvelopeException"/>s with an id each.
/// </summary>
internal sealed partial class SdkKms(SdkClient client)
{
    /// <summary>GenerateDataKey, 256 bits.</summary>
    public Task<KmsUnwrapped> GenerateDataKeyAsync(string key, EncryptionContext context, CancellationToken cancellationToken) =>
        client.AskAsync("GenerateDataKey", key, async kms =>
        {
            var request = new GenerateDataKeyRequest { KeyId = key, KeySpec = DataKeySpec.AES_256, EncryptionContext = ContextOf(context) };
            var answer = await kms.GenerateDataKeyAsync(request, cancellationToken);
            return new KmsUnwrapped(answer.KeyId ?? "", SdkMemory.TakeDataKey(answer.Plaintext), SdkMemory.Take(answer.CiphertextBlob));
        }, cancellationToken);

    /// <summary>GenerateDataKeyWithoutPlaintext, 256 bits.</summary>
    public Task<KmsWrapped> GenerateDataKeyWithoutPlaintextAsync(
        string key, EncryptionContext context, CancellationToken cancellationToken) =>
        client.AskAsync("GenerateDataKeyWithoutPlaintext", key, async kms =>
        {
            var request = new GenerateDataKeyWithoutPlaintextRequest
            {
                KeyId = key,
                KeySpec = DataKeySpec.AES_256,
                EncryptionContext = ContextOf(context),
            };
            var answer = await kms.GenerateDataKeyWithoutPlaintextAsync(request, cancellationToken);
            return new KmsWrapped(answer.KeyId ?? "", SdkMemory.Take(answer.CiphertextBlob));
        }, cancellationToken);

    /// <summary>Encrypt.</summary>
    public async Task<KmsWrapped> EncryptAsync(string key, DataKey dataKey, EncryptionContext context, CancellationToken cancellationToken)
    {
        var plain = GC.AllocateArray<byte>(DataKey.Size, pinned: true);
        try
        {
            dataKey.CopyTo(plain);
            using var plaintext = new MemoryStream(plain, writable: false);
            var request = new EncryptRequest { KeyId = key, Plaintext = plaintext, EncryptionContext = ContextOf(context) };
            return await client.AskAsync("Encrypt", key, async kms =>
            {
                var answer = await kms.EncryptAsync(request, cancellationToken);
                return new KmsWrapped(answer.KeyId ?? "", SdkMemory.Take(answer.CiphertextBlob));
            }, cancellationToken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>Decrypt, always with the key named.</summary>
    public Task<KmsUnwrapped> DecryptAsync(
        KmsWrapped wrapped, bool isRsa, EncryptionContext context, CancellationToken cancellationToken) =>
        client.AskAsync("Decrypt", wrapped.KeyArn, async kms =>
        {
            using var ciphertext = SdkMemory.Of(wrapped.Ciphertext);
            var request = new DecryptRequest
            {
                KeyId = wrapped.KeyArn,
                CiphertextBlob = ciphertext,
                EncryptionAlgorithm = AlgorithmOf(isRsa),
                EncryptionContext = isRsa ? null : ContextOf(context),
            };
            var answer = await kms.DecryptAsync(request, cancellationToken);
            return new KmsUnwrapped(answer.KeyId ?? "", SdkMemory.TakeDataKey(answer.Plaintext), default);
        }, cancellationToken);

    /// <summary>ReEncrypt, with both keys and both contexts named.</summary>
    public Task<KmsReEncrypted> ReEncryptAsync(
        KmsWrapped source, bool isRsa, string target, bool isRsaTarget, EncryptionContext context, CancellationToken cancellationToken) =>
        client.AskAsync("ReEncrypt", $"{source.KeyArn} to {target}", async kms =>
        {
            using var ciphertext = SdkMemory.Of(source.Ciphertext);
            var request = new ReEncryptRequest
            {
                CiphertextBlob = ciphertext,
                SourceKeyId = source.KeyArn,
                SourceEncryptionAlgorithm = AlgorithmOf(isRsa),
                SourceEncryptionContext = isRsa ? null : ContextOf(context),
                DestinationKeyId = target,
                DestinationEncryptionAlgorithm = AlgorithmOf(isRsaTarget),
                DestinationEncryptionContext = isRsaTarget ? null : ContextOf(context),
            };
            var answer = await kms.ReEncryptAsync(request, cancellationToken);
            return new KmsReEncrypted(answer.SourceKeyId ?? "", answer.KeyId ?? "", SdkMemory.Take(answer.CiphertextBlob));
        }, cancellationToken);

    /// <summary>DescribeKey.</summary>
    public Task<KmsKeyDescription> DescribeKeyAsync(string key, CancellationToken cancellationToken) =>
        client.AskAsync("DescribeKey", key, async kms =>
        {
            var answer = await kms.DescribeKeyAsync(new DescribeKeyRequest { KeyId = key }, cancellationToken);
            return SdkDescription.Of(answer.KeyMetadata);
        }, cancellationToken);

    /// <summary>GetPublicKey.</summary>
    public Task<KmsPublicKey> GetPublicKeyAsync(string key, CancellationToken cancellationToken) =>
        client.AskAsync("GetPublicKey", key, async kms =>
        {
            var answer = await kms.GetPublicKeyAsync(new GetPublicKeyRequest { KeyId = key }, cancellationToken);
            return new KmsPublicKey(
                answer.KeyId ?? "", answer.KeyUsage?.Value ?? "", answer.EncryptionAlgorithms ?? [], SdkMemory.Take(answer.PublicKey));
        }, cancellationToken);

    // Left out for a symmetric key, as it is the default, so that old servers take it too.
    private static EncryptionAlgorithmSpec? AlgorithmOf(bool isRsa) => isRsa ? EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256 : null;

    private static Dictionary<string, string>? ContextOf(EncryptionContext context) =>
        context.Count == 0 ? null : context.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
}
