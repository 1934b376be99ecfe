using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using EnvelopeCrypto.Aws.Service;

namespace EnvelopeCrypto.Aws.Sdk;

/// <content>What is done to keys themselves.</content>
internal sealed partial class SdkKms
{
    private const int ShortestWaitInDays = 7;

    /// <summary>CreateKey, for ENCRYPT_DECRYPT.</summary>
    public Task<KmsKeyDescription> CreateKeyAsync(AwsKmsKekSpecification specification, CancellationToken cancellationToken) =>
        client.AskAsync("CreateKey", key: null, async kms =>
        {
            var request = new CreateKeyRequest
            {
                Description = specification.Description,
                KeySpec = new KeySpec(specification.KeySpec ?? KmsWords.Symmetric),
                KeyUsage = KeyUsageType.ENCRYPT_DECRYPT,
                MultiRegion = specification.MultiRegion,
                Tags = specification.Tags.Count == 0
                    ? null
                    : [.. specification.Tags.Select(tag => new Tag { TagKey = tag.Key, TagValue = tag.Value })],
            };
            return SdkDescription.Of((await kms.CreateKeyAsync(request, cancellationToken)).KeyMetadata);
        }, cancellationToken);

    /// <summary>CreateAlias.</summary>
    public Task CreateAliasAsync(string alias, string keyArn, CancellationToken cancellationToken) =>
        client.AskAsync("CreateAlias", $"{alias} for {keyArn}", kms =>
            kms.CreateAliasAsync(new CreateAliasRequest { AliasName = alias, TargetKeyId = keyArn }, cancellationToken), cancellationToken);

    /// <summary>ScheduleKeyDeletion, after the shortest time.</summary>
    public Task ScheduleDeletionAsync(string keyArn, CancellationToken cancellationToken) =>
        client.AskAsync("ScheduleKeyDeletion", keyArn, kms =>
        {
            var request = new ScheduleKeyDeletionRequest { KeyId = keyArn, PendingWindowInDays = ShortestWaitInDays };
            return kms.ScheduleKeyDeletionAsync(request, cancellationToken);
        }, cancellationToken);

    /// <summary>EnableKeyRotation.</summary>
    public Task EnableRotationAsync(string keyArn, int? periodInDays, CancellationToken cancellationToken) =>
        client.AskAsync("EnableKeyRotation", keyArn, kms =>
        {
            var request = new EnableKeyRotationRequest { KeyId = keyArn, RotationPeriodInDays = periodInDays };
            return kms.EnableKeyRotationAsync(request, cancellationToken);
        }, cancellationToken);

    /// <summary>GetKeyRotationStatus.</summary>
    public Task<KmsRotation> GetRotationAsync(string keyArn, CancellationToken cancellationToken) =>
        client.AskAsync("GetKeyRotationStatus", keyArn, async kms =>
        {
            var answer = await kms.GetKeyRotationStatusAsync(new GetKeyRotationStatusRequest { KeyId = keyArn }, cancellationToken);
            return new KmsRotation(
                answer.KeyRotationEnabled ?? false, answer.RotationPeriodInDays, SdkDescription.Time(answer.NextRotationDate));
        }, cancellationToken);

    /// <summary>RotateKeyOnDemand.</summary>
    public Task RotateAsync(string keyArn, CancellationToken cancellationToken) =>
        client.AskAsync("RotateKeyOnDemand", keyArn, kms =>
            kms.RotateKeyOnDemandAsync(new RotateKeyOnDemandRequest { KeyId = keyArn }, cancellationToken), cancellationToken);

    /// <summary>ListAliases of one key.</summary>
    public Task<IReadOnlyList<string>> ListAliasesAsync(string keyArn, CancellationToken cancellationToken) =>
        client.AskAsync<IReadOnlyList<string>>("ListAliases", keyArn, async kms =>
        {
            // A key has 50 aliases at most, which one answer holds.
            var answer = await kms.ListAliasesAsync(new ListAliasesRequest { KeyId = keyArn }, cancellationToken);
            return [.. (answer.Aliases ?? []).Select(alias => alias.AliasName).Order(StringComparer.Ordinal)];
        }, cancellationToken);

    /// <summary>ListAliases of the account in this Region, the first hundred of them.</summary>
    public Task<IReadOnlyList<string>> ListAliasesAsync(CancellationToken cancellationToken) =>
        client.AskAsync<IReadOnlyList<string>>("ListAliases", "alias/*", async kms =>
        {
            var answer = await kms.ListAliasesAsync(new ListAliasesRequest { Limit = 100 }, cancellationToken);
            return [.. (answer.Aliases ?? []).Select(alias => alias.AliasName).Order(StringComparer.Ordinal)];
        }, cancellationToken);
}
