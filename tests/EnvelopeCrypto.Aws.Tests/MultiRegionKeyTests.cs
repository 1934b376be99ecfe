using Amazon.KeyManagementService.Model;
using EnvelopeCrypto.Aws.Tests.Support;

namespace EnvelopeCrypto.Aws.Tests;

public sealed class MultiRegionKeyTests : KmsBench
{
    [Fact]
    public async Task The_related_key_of_the_configured_Region_is_asked_first()
    {
        var key = await KeyWithReplicaAsync();
        var envelope = await ProtectAsync(Session(), [key]);
        Assert.Equal(key, await OpenAsync(Session(region: There), envelope));
        Assert.Equal(There, Assert.Single(Service.Own.Calls.Of("Decrypt")).Region);
    }

    [Fact]
    public async Task Without_a_replica_there_the_stored_key_opens_it_and_the_replica_is_not_asked_again()
    {
        Service.SkipOn(KmsUnderTest.Moto, "Its ids of multi-Region keys have hyphens.");
        var key = await Service.AddKeyAsync(Here, multiRegion: true);
        var session = Session();
        string[] envelopes = [await ProtectAsync(session, [key]), await ProtectAsync(session, [key], name: "b")];
        var away = Session(region: There);
        foreach (var envelope in envelopes)
            Assert.Equal(key, await OpenAsync(away, envelope));
        Assert.Equal([There, Here, Here], Service.Own.Calls.Of("Decrypt").Select(call => call.Region), StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_allowed_replica_allows_its_primary_key_too_but_no_other_key()
    {
        var key = await KeyWithReplicaAsync();
        var replica = key.Replace(Here, There, StringComparison.Ordinal);
        var envelope = await ProtectAsync(Session(), [key]);
        Assert.Equal(key, await OpenAsync(Session(allowed: [replica]), envelope));
        var other = await Service.AddKeyAsync(Here, multiRegion: true);
        await RefusedAsync(EnvelopeError.KekNotAllowed, () => OpenAsync(Session(allowed: [other]), envelope));
    }

    private async Task<string> KeyWithReplicaAsync()
    {
        _ = Service.Own;
        var key = await Service.AddKeyAsync(Here, multiRegion: true);
        using var kms = Service.Kms(Here);
        await kms.ReplicateKeyAsync(new ReplicateKeyRequest { KeyId = key, ReplicaRegion = There });
        Service.Own.Calls.Clear();
        return key;
    }
}
