using EnvelopeCrypto.Aws.Tests.Support;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Aws.Tests;

public sealed class RewrapTests : KmsBench
{
    [Fact]
    public async Task Within_a_Region_the_data_key_never_leaves_the_service()
    {
        var (old, fresh) = (await Service.AddKeyAsync(Here), await Service.AddKeyAsync(Here));
        var session = Session();
        var envelopes = new List<string>();
        for (var i = 0; i < 20; i++)
            envelopes.Add(await ProtectAsync(session, [old], name: $"f{i}"));
        foreach (var envelope in envelopes)
        {
            var result = await RewrapAsync(session, envelope, fresh);
            Assert.Equal((RewrapMethod.ReEncrypt, RecipientProof.ReEncrypted), (result.Method, result.Proof));
            Assert.Equal([old], result.RemovedKek);
        }
        Service.RequireCalls(("GenerateDataKey", 20), ("ReEncrypt", 20));
        Assert.Equal(fresh, await OpenAsync(Session(), envelopes[0]));
    }

    [Fact]
    public async Task A_second_rewrap_to_the_same_key_changes_nothing_and_asks_nothing()
    {
        var (old, fresh) = (await Service.AddKeyAsync(Here), await Service.AddKeyAsync(Here));
        var envelope = await ProtectAsync(Session(), [old]);
        await RewrapAsync(Session(), envelope, fresh);
        Assert.Equal(FileOutcome.Unchanged, (await RewrapAsync(Session(), envelope, fresh)).Status);
        Service.RequireCalls(("GenerateDataKey", 1), ("ReEncrypt", 1));
    }

    [Fact]
    public async Task Across_Regions_it_is_unwrapped_and_wrapped_and_the_result_says_so()
    {
        var (old, fresh) = (await Service.AddKeyAsync(Here), await Service.AddKeyAsync(There));
        var envelope = await ProtectAsync(Session(), [old]);
        var result = await RewrapAsync(Session(), envelope, fresh);
        Assert.Equal((RewrapMethod.UnwrapAndWrap, RecipientProof.Verified), (result.Method, result.Proof));
        Service.RequireCalls(("GenerateDataKey", 1), ("Decrypt", 2), ("Encrypt", 1));
        Assert.Equal(fresh, await OpenAsync(Session(), envelope));
    }

    [Fact]
    public async Task From_a_local_KEK_to_a_key_of_KMS_and_back()
    {
        var key = await Service.AddKeyAsync(Here);
        var envelope = await ProtectAsync(Session(), ["local:offline"]);
        Assert.Equal(RecipientProof.Verified, (await RewrapAsync(Session(), envelope, key)).Proof);
        Assert.Equal(key, await OpenAsync(Session(), envelope));
        Assert.Equal(RecipientProof.Verified, (await RewrapAsync(Session(), envelope, "local:offline")).Proof);
        Assert.Equal("local:offline", await OpenAsync(Session(), envelope));
    }

    [Fact]
    public async Task A_false_answer_of_ReEncrypt_changes_no_file()
    {
        var (old, fresh, other) = (await Service.AddKeyAsync(Here), await Service.AddKeyAsync(Here), await Service.AddKeyAsync(Here));
        var envelope = await ProtectAsync(Session(), [old]);
        var before = await File.ReadAllBytesAsync(envelope);
        Service.Own.Faults.NameOtherSourceKey(other);
        await RefusedAsync(EnvelopeError.KeyServiceFailed, () => RewrapAsync(Session(), envelope, fresh));
        Service.Own.Faults.NameOtherKey(other, operation: "ReEncrypt");
        await RefusedAsync(EnvelopeError.KeyServiceFailed, () => RewrapAsync(Session(), envelope, fresh));
        Assert.Equal(before, await File.ReadAllBytesAsync(envelope));
        Assert.Equal(old, await OpenAsync(Session(), envelope));
    }
}
