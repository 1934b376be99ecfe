using EnvelopeCrypto.Aws.Tests.Support;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Aws.Tests;

public sealed class RsaKeyTests : KmsBench
{
    [Fact]
    public async Task An_RSA_key_named_by_ARN_is_found_out_and_wraps_here()
    {
        Service.SkipOn(KmsUnderTest.Moto, "It takes RSA keys for symmetric ones.");
        var key = await Service.AddKeyAsync(Here, "RSA_2048");
        var session = Session();
        var envelopes = new List<string>();
        for (var i = 0; i < 3; i++)
            envelopes.Add(await ProtectAsync(session, ["local:offline", key], name: $"f{i}"));
        var recipient = (await RecipientsAsync(envelopes[0]))[1];
        Assert.Equal((RecipientAlgorithm.AwsKmsRsa, 256), (recipient.Algorithm, recipient.WrappedKey.Length));
        if (Service.IsOwn)
            Assert.Equal(1, Service.Own.Calls.Count("GetPublicKey"));
        Assert.Equal(key, await OpenAsync(Session(allowed: [key]), envelopes[2]));
    }

    [Fact]
    public async Task An_RSA_key_named_by_alias_needs_its_description_and_its_public_key_alone()
    {
        Service.SkipOn(KmsUnderTest.Moto, "GetPublicKey answers with the key's id instead of its ARN.");
        var alias = $"alias/rsa-{Guid.NewGuid():N}";
        var key = await Service.AddKeyAsync(Here, "RSA_3072", alias: alias);
        var session = Session();
        var envelope = await ProtectAsync(session, [alias]);
        await ProtectAsync(session, [alias], name: "b");
        Service.RequireCalls(("DescribeKey", 1), ("GetPublicKey", 1));
        Assert.Equal(key, await OpenAsync(session, envelope));
        Service.RequireCalls(("DescribeKey", 1), ("GetPublicKey", 1), ("Decrypt", 1));
    }

    [Fact]
    public async Task KMS_re_encrypts_from_and_to_RSA_keys()
    {
        Service.SkipOn(KmsUnderTest.Moto, "It takes RSA keys for symmetric ones.");
        var (symmetric, rsa) = (await Service.AddKeyAsync(Here), await Service.AddKeyAsync(Here, "RSA_2048"));
        var envelope = await ProtectAsync(Session(), [symmetric]);
        Assert.Equal(RewrapMethod.ReEncrypt, (await RewrapAsync(Session(), envelope, rsa)).Method);
        Assert.Equal(RecipientAlgorithm.AwsKmsRsa, Assert.Single(await RecipientsAsync(envelope)).Algorithm);
        Assert.Equal(rsa, await OpenAsync(Session(), envelope));
        Assert.Equal(RewrapMethod.ReEncrypt, (await RewrapAsync(Session(), envelope, symmetric)).Method);
        Assert.Equal(symmetric, await OpenAsync(Session(), envelope));
    }

    [Fact]
    public async Task A_key_for_signatures_is_unsuitable()
    {
        var pair = Service.Own.AddKey(Here, spec: "RSA_2048", usage: "SIGN_VERIFY");
        await RefusedAsync(EnvelopeError.KekUnsuitable, () => ProtectAsync(Session(), [pair]));
        await RefusedAsync(EnvelopeError.KekUnsuitable, () => ProtectAsync(Session(), ["aws-kms:" + pair[(pair.LastIndexOf('/') + 1)..]]));
    }

    [Fact]
    public async Task A_changed_public_key_is_refused()
    {
        var key = await Service.AddKeyAsync(Here, "RSA_2048");
        Service.Own.Faults.Falsify(answer => answer["PublicKey"] = Convert.ToBase64String(new byte[294]), operation: "GetPublicKey");
        await RefusedAsync(EnvelopeError.KeyServiceFailed, () => ProtectAsync(Session(), [key]));
        Service.Own.Faults.NameOtherKey(key[..^1] + (key[^1] == '0' ? '1' : '0'), operation: "GetPublicKey");
        await RefusedAsync(EnvelopeError.KeyServiceFailed, () => ProtectAsync(Session(), [key]));
    }
}
