using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;

namespace EnvelopeCrypto.Aws.Tests.KmsServer;

/// <summary>The life of keys and aliases.</summary>
public sealed class KeyOperationsTests : ServerTests
{
    [Fact]
    public async Task A_key_is_made_described_listed_and_tagged()
    {
        var made =
            (await Kms.CreateKeyAsync(new() { Description = "nightly", Tags = [new() { TagKey = "team", TagValue = "ops" }] })).KeyMetadata;
        Assert.StartsWith($"arn:aws:kms:{ServerClients.Region}:111122223333:key/", made.Arn, StringComparison.Ordinal);
        await Kms.TagResourceAsync(new() { KeyId = made.KeyId, Tags = [new() { TagKey = "stage", TagValue = "live" }] });

        var described = (await Kms.DescribeKeyAsync(new DescribeKeyRequest { KeyId = made.KeyId })).KeyMetadata;
        Assert.Equal(
            ("nightly", KeyState.Enabled, KeySpec.SYMMETRIC_DEFAULT), (described.Description, described.KeyState, described.KeySpec));
        Assert.Contains((await Kms.ListKeysAsync(new())).Keys, key => key.KeyArn == made.Arn);
        var tags = (await Kms.ListResourceTagsAsync(new() { KeyId = made.Arn })).Tags;
        Assert.Equal(["stage=live", "team=ops"], tags.Select(tag => $"{tag.TagKey}={tag.TagValue}"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_alias_stands_for_one_key_and_can_be_moved()
    {
        var (first, second) = (Server.AddKey(ServerClients.Region), Server.AddKey(ServerClients.Region));
        await Kms.CreateAliasAsync(new() { AliasName = "alias/backup", TargetKeyId = first });
        Assert.Equal(first, await KeyOfAliasAsync());
        await Assert.ThrowsAsync<AlreadyExistsException>(
            () => Kms.CreateAliasAsync(new() { AliasName = "alias/backup", TargetKeyId = second }));

        await Kms.UpdateAliasAsync(new() { AliasName = "alias/backup", TargetKeyId = second });
        Assert.Equal(second, await KeyOfAliasAsync());
        Assert.Equal(
            "alias/backup", Assert.Single((await Kms.ListAliasesAsync(new ListAliasesRequest { KeyId = second })).Aliases).AliasName);

        await Kms.DeleteAliasAsync(new DeleteAliasRequest { AliasName = "alias/backup" });
        await Assert.ThrowsAsync<NotFoundException>(KeyOfAliasAsync);
    }

    [Fact]
    public async Task A_list_comes_in_pages()
    {
        var keys = Enumerable.Range(0, 5).Select(_ => Server.AddKey(ServerClients.Region)).Order(StringComparer.Ordinal).ToArray();
        var seen = new List<string>();
        string? marker = null;
        do
        {
            var page = await Kms.ListKeysAsync(new ListKeysRequest { Limit = 2, Marker = marker });
            seen.AddRange(page.Keys.Select(key => key.KeyArn));
            marker = page.NextMarker;
        }
        while (marker is not null);
        Assert.Equal(keys, seen.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_disabled_key_does_nothing_until_it_is_enabled()
    {
        var key = Server.AddKey(ServerClients.Region);
        await Kms.DisableKeyAsync(new DisableKeyRequest { KeyId = key });
        await Assert.ThrowsAsync<DisabledException>(() => GenerateAsync(key));
        await Kms.EnableKeyAsync(new EnableKeyRequest { KeyId = key });
        await GenerateAsync(key);
    }

    [Fact]
    public async Task A_key_pending_deletion_does_nothing_and_comes_back_disabled()
    {
        var key = Server.AddKey(ServerClients.Region);
        await Kms.ScheduleKeyDeletionAsync(new ScheduleKeyDeletionRequest { KeyId = key, PendingWindowInDays = 7 });
        await Assert.ThrowsAsync<KMSInvalidStateException>(() => GenerateAsync(key));
        await Kms.CancelKeyDeletionAsync(new CancelKeyDeletionRequest { KeyId = key });
        await Assert.ThrowsAsync<DisabledException>(() => GenerateAsync(key));
    }

    [Fact]
    public async Task A_deleted_key_is_not_found()
    {
        var key = Server.AddKey(ServerClients.Region);
        await Kms.ScheduleKeyDeletionAsync(new ScheduleKeyDeletionRequest { KeyId = key, PendingWindowInDays = 7 });
        Server.Clock.Offset = TimeSpan.FromDays(8);
        await Assert.ThrowsAsync<NotFoundException>(() => Kms.DescribeKeyAsync(new DescribeKeyRequest { KeyId = key }));
    }

    [Fact]
    public async Task What_was_made_before_a_rotation_opens_after_it()
    {
        var key = Server.AddKey(ServerClients.Region);
        var made = await GenerateAsync(key);
        await Kms.RotateKeyOnDemandAsync(new() { KeyId = key });
        Assert.Equal(
            RotationType.ON_DEMAND, Assert.Single((await Kms.ListKeyRotationsAsync(new() { KeyId = key })).Rotations).RotationType);

        var opened = await Kms.DecryptAsync(new() { KeyId = key, CiphertextBlob = made.CiphertextBlob });
        Assert.Equal(made.Plaintext.ToArray(), opened.Plaintext.ToArray());
        Assert.Equal(made.KeyMaterialId, opened.KeyMaterialId);
        Assert.NotEqual(made.KeyMaterialId, (await GenerateAsync(key)).KeyMaterialId, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Rotations_on_demand_are_limited()
    {
        var key = Server.AddKey(ServerClients.Region);
        for (var i = 0; i < 25; i++)
            await Kms.RotateKeyOnDemandAsync(new() { KeyId = key });
        await Assert.ThrowsAsync<LimitExceededException>(() => Kms.RotateKeyOnDemandAsync(new() { KeyId = key }));
    }

    [Fact]
    public async Task Automatic_rotation_shows_its_period_and_the_next_date()
    {
        var key = Server.AddKey(ServerClients.Region);
        await Kms.EnableKeyRotationAsync(new EnableKeyRotationRequest { KeyId = key, RotationPeriodInDays = 90 });
        var status = await Kms.GetKeyRotationStatusAsync(new GetKeyRotationStatusRequest { KeyId = key });
        Assert.Equal((true, 90), (status.KeyRotationEnabled, status.RotationPeriodInDays));
        Assert.InRange(status.NextRotationDate!.Value.ToUniversalTime(), Server.Clock.GetUtcNow().UtcDateTime.AddDays(89), Server.Clock.GetUtcNow().UtcDateTime.AddDays(90));

        await Kms.DisableKeyRotationAsync(new DisableKeyRotationRequest { KeyId = key });
        Assert.False((await Kms.GetKeyRotationStatusAsync(new GetKeyRotationStatusRequest { KeyId = key })).KeyRotationEnabled);
    }

    [Fact]
    public async Task A_key_rotates_by_itself_when_its_period_is_over()
    {
        var key = Server.AddKey(ServerClients.Region);
        await Kms.EnableKeyRotationAsync(new EnableKeyRotationRequest { KeyId = key, RotationPeriodInDays = 90 });
        Server.Clock.Offset = TimeSpan.FromDays(200);
        var rotations = (await Kms.ListKeyRotationsAsync(new() { KeyId = key })).Rotations;
        Assert.Equal([RotationType.AUTOMATIC, RotationType.AUTOMATIC], rotations.Select(rotation => rotation.RotationType));
    }

    [Fact]
    public async Task A_replica_in_another_Region_opens_what_the_primary_key_made()
    {
        var primary = (await Kms.CreateKeyAsync(new() { MultiRegion = true })).KeyMetadata;
        var replica = (await Kms.ReplicateKeyAsync(new() { KeyId = primary.KeyId, ReplicaRegion = "us-east-1" })).ReplicaKeyMetadata;
        Assert.Equal((primary.KeyId, MultiRegionKeyType.REPLICA), (replica.KeyId, replica.MultiRegionConfiguration.MultiRegionKeyType));
        await Assert.ThrowsAsync<AlreadyExistsException>(
            () => Kms.ReplicateKeyAsync(new() { KeyId = primary.KeyId, ReplicaRegion = "us-east-1" }));

        var made = await GenerateAsync(primary.Arn);
        using var other = Server.Kms(region: "us-east-1");
        var opened = await other.DecryptAsync(new() { KeyId = replica.Arn, CiphertextBlob = made.CiphertextBlob });
        Assert.Equal(made.Plaintext.ToArray(), opened.Plaintext.ToArray());
    }

    private Task<GenerateDataKeyResponse> GenerateAsync(string key) =>
        Kms.GenerateDataKeyAsync(new() { KeyId = key, KeySpec = DataKeySpec.AES_256 });

    private async Task<string> KeyOfAliasAsync() =>
        (await Kms.DescribeKeyAsync(new DescribeKeyRequest { KeyId = "alias/backup" })).KeyMetadata.Arn;
}
