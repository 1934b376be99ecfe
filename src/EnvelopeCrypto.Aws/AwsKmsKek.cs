using EnvelopeCrypto.Aws.Sdk;
using EnvelopeCrypto.Aws.Service;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Aws;

/// <summary>
/// A key of AWS KMS that is ready to wrap. That a key named by its ARN is an RSA key turns out when it is first used, so that no right
/// is needed but those for the use itself.
/// </summary>
internal sealed class AwsKmsKek(KmsKeyArn arn, KmsKeyKind kind, SdkServices services, KmsKeys keys, TimeProvider time)
    : IGeneratingKek, IReEncryptingKek
{
    private volatile KmsKeyKind _kind = kind;

    public string Reference => arn.Text;

    /// <summary>KMS unwraps what it wrapped, for anyone who has the right to.</summary>
    public bool CanUnwrap => true;

    private SdkKms Kms => services.Kms(arn.Region);

    /// <summary>
    /// By its ARN: KMS keeps all versions of a rotated key under the same ARN and says of no wrapped key which one made it.
    /// </summary>
    public bool IsNewest(Recipient recipient) => recipient.Kid == arn.Text && _kind switch
    {
        KmsKeyKind.Symmetric => recipient.Algorithm == RecipientAlgorithm.AwsKms,
        KmsKeyKind.Rsa => recipient.Algorithm == RecipientAlgorithm.AwsKmsRsa,
        _ => recipient.Algorithm is RecipientAlgorithm.AwsKms or RecipientAlgorithm.AwsKmsRsa,
    };

    /// <summary>It is checked for both keys' ARNs.</summary>
    public bool AnswerProves => true;

    /// <summary>ReEncrypt works within one Region.</summary>
    public bool CanReEncrypt(Recipient source) =>
        source.Algorithm is RecipientAlgorithm.AwsKms or RecipientAlgorithm.AwsKmsRsa
        && KmsKeyArn.TryParse(source.Kid, out var from) && from.Region == arn.Region && from.Partition == arn.Partition;

    public async ValueTask<(DataKey DataKey, Recipient Recipient)> GenerateAsync(
        EncryptionContext context, CancellationToken cancellationToken) =>
        await ByKindAsync(
            async () =>
            {
                var answer = KmsCheck.Generated(await Kms.GenerateDataKeyAsync(arn.Text, context, cancellationToken), arn.Text);
                return (answer.DataKey, RecipientOf(RecipientAlgorithm.AwsKms, answer.Ciphertext));
            },
            rsa =>
            {
                var dataKey = DataKey.Generate();
                return (dataKey, RecipientOf(RecipientAlgorithm.AwsKmsRsa, rsa.Wrap(dataKey)));
            },
            cancellationToken);

    public async ValueTask<Recipient> GenerateWithoutPlaintextAsync(EncryptionContext context, CancellationToken cancellationToken) =>
        await ByKindAsync(
            async () => Symmetric(await Kms.GenerateDataKeyWithoutPlaintextAsync(arn.Text, context, cancellationToken)),
            rsa =>
            {
                using var dataKey = DataKey.Generate();
                return RecipientOf(RecipientAlgorithm.AwsKmsRsa, rsa.Wrap(dataKey));
            },
            cancellationToken);

    public async ValueTask<Recipient> WrapAsync(DataKey dataKey, EncryptionContext context, CancellationToken cancellationToken) =>
        await ByKindAsync(
            async () => Symmetric(await Kms.EncryptAsync(arn.Text, dataKey, context, cancellationToken)),
            rsa => RecipientOf(RecipientAlgorithm.AwsKmsRsa, rsa.Wrap(dataKey)),
            cancellationToken);

    public async ValueTask<Recipient> ReEncryptAsync(Recipient source, EncryptionContext context, CancellationToken cancellationToken)
    {
        if (_kind == KmsKeyKind.Rsa)
            return await ToAsync(isRsa: true);
        try
        {
            return await ToAsync(isRsa: false);
        }
        catch (EnvelopeException unsuitable) when (unsuitable.Error == EnvelopeError.KekUnsuitable && _kind == KmsKeyKind.Unknown)
        {
            await LearnRsaAsync(unsuitable, cancellationToken);
            return await ToAsync(isRsa: true);
        }

        async Task<Recipient> ToAsync(bool isRsa)
        {
            var wrapped = new KmsWrapped(source.Kid, source.WrappedKey);
            var answer = await Kms.ReEncryptAsync(
                wrapped, source.Algorithm == RecipientAlgorithm.AwsKmsRsa, arn.Text, isRsa, context, cancellationToken);
            KmsCheck.ReEncrypted(answer, source.Kid, arn.Text);
            return RecipientOf(isRsa ? RecipientAlgorithm.AwsKmsRsa : RecipientAlgorithm.AwsKms, answer.Ciphertext);
        }
    }

    // A symmetric key is asked first, for that is what most are. An RSA key refuses, and its public key does the rest.
    private async Task<T> ByKindAsync<T>(Func<Task<T>> symmetric, Func<RsaPublicKey, T> rsa, CancellationToken cancellationToken)
    {
        if (_kind == KmsKeyKind.Rsa)
            return rsa(await keys.PublicKeyAsync(arn, cancellationToken));
        try
        {
            var result = await symmetric();
            _kind = KmsKeyKind.Symmetric;
            return result;
        }
        catch (EnvelopeException unsuitable) when (unsuitable.Error == EnvelopeError.KekUnsuitable && _kind == KmsKeyKind.Unknown)
        {
            return rsa(await LearnRsaAsync(unsuitable, cancellationToken));
        }
    }

    private async Task<RsaPublicKey> LearnRsaAsync(EnvelopeException unsuitable, CancellationToken cancellationToken)
    {
        try
        {
            var key = await keys.PublicKeyAsync(arn, cancellationToken);
            _kind = KmsKeyKind.Rsa;
            return key;
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.KekUnsuitable)
        {
            throw new EnvelopeException(EnvelopeError.KekUnsuitable, unsuitable.Reason, failure);
        }
    }

    private Recipient Symmetric(KmsWrapped answer) => RecipientOf(RecipientAlgorithm.AwsKms, KmsCheck.Wrapped(answer, arn.Text).Ciphertext);

    private Recipient RecipientOf(string algorithm, ReadOnlyMemory<byte> wrappedKey) => new()
    {
        Algorithm = algorithm,
        Kid = arn.Text,
        IssuedAt = time.GetUtcNow().ToUnixTimeSeconds(),
        WrappedKey = wrappedKey,
    };
}
