using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using EnvelopeCrypto.Aws.Service;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>A key's metadata, from the SDK's words to the adapter's.</summary>
internal static class SdkDescription
{
    /// <exception cref="EnvelopeException">KeyServiceFailed for an answer without metadata.</exception>
    public static KmsKeyDescription Of(KeyMetadata? key) => key is null
        ? throw KmsCheck.Failed("AWS KMS described no key.")
        : new KmsKeyDescription
        {
            KeyArn = key.Arn ?? "",
            Spec = ForeignText.Word(key.KeySpec?.Value),
            Usage = ForeignText.Word(key.KeyUsage?.Value),
            State = ForeignText.Word(key.KeyState?.Value),
            Description = key.Description ?? "",
            IsMultiRegion = key.MultiRegion ?? false,
            IsReplica = key.MultiRegionConfiguration?.MultiRegionKeyType == MultiRegionKeyType.REPLICA,
            Origin = ForeignText.Word(key.Origin?.Value),
            Created = Time(key.CreationDate),
            Deletion = Time(key.DeletionDate),
        };

    public static DateTimeOffset? Time(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : null;
}
