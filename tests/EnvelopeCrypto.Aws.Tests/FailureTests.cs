using EnvelopeCrypto.Aws.Tests.Support;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.KmsServer;
using EnvelopeCrypto.KmsServer.Callers;

namespace EnvelopeCrypto.Aws.Tests;

/// <summary>Each failure has its id and no other, names the key and the Region, and shows nothing of the SDK's exception.</summary>
public sealed class FailureTests : KmsBench
{
    [Fact]
    public async Task Denied_and_it_names_the_permission()
    {
        var server = Service.Own;
        var key = await Service.AddKeyAsync(Here);
        var writer = server.Callers.AddUser("writer", AwsServer.DefaultAccount, Policy("kms:GenerateDataKey"));
        var envelope = await ProtectAsync(Session(writer), [key]);
        var failure = await RefusedAsync(EnvelopeError.AccessDenied, () => OpenAsync(Session(writer), envelope));
        Assert.Contains("permission kms:Decrypt is missing", failure.Message, StringComparison.Ordinal);
        Assert.Contains(key, failure.Message, StringComparison.Ordinal);
        Assert.Contains(Here, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disabled_pending_deletion_and_gone()
    {
        Service.SkipOn(KmsUnderTest.Moto, "DisableKey fails for an ARN, and a disabled key still decrypts.");
        var key = await Service.AddKeyAsync(Here);
        var envelope = await ProtectAsync(Session(), [key]);
        using var kms = Service.Kms(Here);
        await kms.DisableKeyAsync(key);
        await RefusedAsync(EnvelopeError.KekDisabled, () => OpenAsync(Session(), envelope));
        await RefusedAsync(EnvelopeError.KekDisabled, () => ProtectAsync(Session(), [key], name: "b"));
        await RefusedAsync(EnvelopeError.KekDisabled, () => ProtectAsync(Session(), ["aws-kms:" + IdOf(key)], name: "b"));
        await kms.ScheduleKeyDeletionAsync(key, 7);
        await RefusedAsync(EnvelopeError.KekPendingDeletion, () => OpenAsync(Session(), envelope));
        await RefusedAsync(EnvelopeError.KekPendingDeletion, () => ProtectAsync(Session(), ["aws-kms:" + IdOf(key)], name: "b"));
        if (!Service.IsOwn)
            return;
        Service.Own.Clock.Offset = TimeSpan.FromDays(8);
        await RefusedAsync(EnvelopeError.KekNotFound, () => OpenAsync(Session(), envelope));
    }

    [Fact]
    public async Task No_such_key_or_alias()
    {
        await RefusedAsync(
            EnvelopeError.KekNotFound, () => ProtectAsync(Session(), [$"arn:aws:kms:{Here}:111122223333:key/{Guid.NewGuid()}"]));
        await RefusedAsync(EnvelopeError.KekNotFound, () => ProtectAsync(Session(), ["alias/nobody-has-it"]));
        await RefusedAsync(EnvelopeError.KekNotFound, () => ProtectAsync(Session(), ["aws-kms:" + Guid.NewGuid()]));
    }

    [Fact]
    public async Task Another_context_and_changed_bytes_do_not_open_and_another_key_is_named_as_such()
    {
        Service.SkipOn(
            KmsUnderTest.Moto,
            "Another key than the one that wrapped is AccessDeniedException without a message, where KMS says IncorrectKeyException.");
        var (key, other) = (await Service.AddKeyAsync(Here), await Service.AddKeyAsync(Here));
        var recipient = Assert.Single(await RecipientsAsync(await ProtectAsync(Session(), [key])));
        await RefusedAsync(EnvelopeError.WrappedKeyInvalid, () => UnwrapAsync(recipient, EncryptionContext.Empty));
        var changed = recipient.WrappedKey.ToArray();
        changed[^1] ^= 1;
        await RefusedAsync(EnvelopeError.WrappedKeyInvalid, () => UnwrapAsync(recipient with { WrappedKey = changed }, Context));
        await RefusedAsync(EnvelopeError.KekMismatch, () => UnwrapAsync(recipient with { Kid = other }, Context));
    }

    [Fact]
    public async Task Credentials_that_expired_or_are_not_known()
    {
        var server = Service.Own;
        var key = await Service.AddKeyAsync(Here);
        server.Faults.Reject(
            new KmsFailure("ExpiredTokenException", "The security token included in the request is expired"), operation: "GenerateDataKey");
        await RefusedAsync(EnvelopeError.CredentialsExpired, () => ProtectAsync(Session(), [key]));
        var stranger = new Caller
        {
            AccessKeyId = "AKIDTESTSTRANGER0000",
            SecretAccessKey = "x",
            Account = AwsServer.DefaultAccount,
            Arn = "",
        };
        await RefusedAsync(EnvelopeError.CredentialsInvalid, () => ProtectAsync(Session(stranger), [key]));
        var forger = new Caller
        {
            AccessKeyId = server.Root.AccessKeyId,
            SecretAccessKey = "not-the-secret",
            Account = AwsServer.DefaultAccount,
            Arn = "",
        };
        var failure = await RefusedAsync(EnvelopeError.CredentialsInvalid, () => ProtectAsync(Session(forger), [key]));
        Assert.DoesNotContain("not-the-secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_differs_too_much()
    {
        var key = await Service.AddKeyAsync(Here);
        Service.Own.Clock.Skew = TimeSpan.FromMinutes(20);
        await RefusedAsync(EnvelopeError.ClockSkewed, () => ProtectAsync(Session(), [key]));
    }

    [Fact]
    public async Task A_clock_that_the_SDK_can_make_up_for_is_no_failure()
    {
        var key = await Service.AddKeyAsync(Here);
        Service.Own.Clock.Skew = TimeSpan.FromMinutes(20);
        Service.Own.Clock.ShowsSkew = true;
        await OpenAsync(Session(), await ProtectAsync(Session(), [key]));
    }

    [Fact]
    public async Task Throttled_for_a_while_is_tried_again_and_throttled_to_the_end_is_told()
    {
        var server = Service.Own;
        var key = await Service.AddKeyAsync(Here);
        server.Faults.Throttle(4);
        var envelope = await ProtectAsync(Session(), [key]);
        Assert.Equal(5, server.Calls.Count("GenerateDataKey"));
        server.Faults.Throttle(int.MaxValue);
        await RefusedAsync(
            EnvelopeError.KeyServiceThrottled, () => OpenAsync(Session(limits: Limits with { ThrottledRounds = 1 }), envelope));
    }

    [Fact]
    public async Task A_service_that_breaks_or_cuts_off_its_answers()
    {
        var server = Service.Own;
        var key = await Service.AddKeyAsync(Here);
        server.Faults.Break();
        var envelope = await ProtectAsync(Session(), [key]);
        server.Faults.Break(int.MaxValue);
        await RefusedAsync(EnvelopeError.KeyServiceFailed, () => OpenAsync(Session(), envelope));
        server.Faults.Clear();
        server.Faults.Falsify(answer => answer.Clear());
        await RefusedAsync(EnvelopeError.KeyServiceFailed, () => OpenAsync(Session(), envelope));
    }

    [Fact]
    public async Task False_answers_are_not_used()
    {
        var server = Service.Own;
        var (key, other) = (await Service.AddKeyAsync(Here), await Service.AddKeyAsync(Here));
        var envelope = await ProtectAsync(Session(), [key]);
        foreach (var operation in new[] { "GenerateDataKey", "Encrypt", "GenerateDataKeyWithoutPlaintext" })
        {
            server.Faults.NameOtherKey(other, operation: operation);
            await RefusedAsync(EnvelopeError.KeyServiceFailed, () => UseAsync(operation, key));
            server.Faults.Falsify(answer => answer["CiphertextBlob"] = Convert.ToBase64String(new byte[6145]), operation: operation);
            await RefusedAsync(EnvelopeError.KeyServiceFailed, () => UseAsync(operation, key));
            server.Faults.Falsify(answer => answer["CiphertextBlob"] = "", operation: operation);
            await RefusedAsync(EnvelopeError.KeyServiceFailed, () => UseAsync(operation, key));
        }
        server.Faults.NameOtherKey(other, operation: "Decrypt");
        await RefusedAsync(EnvelopeError.KeyServiceFailed, () => OpenAsync(Session(), envelope));
        foreach (var length in new[] { 0, 31, 33, 4096 })
        {
            server.Faults.ChangePlaintextLength(length, operation: "Decrypt");
            await RefusedAsync(EnvelopeError.WrappedKeyInvalid, () => OpenAsync(Session(), envelope));
        }
        server.Faults.Falsify(
            answer => answer["KeyMetadata"]!["Arn"] = "arn:aws:kms:evil.example:111122223333:key/x", operation: "DescribeKey");
        await RefusedAsync(EnvelopeError.KeyServiceFailed, () => ProtectAsync(Session(), ["aws-kms:" + IdOf(key)]));
    }

    [Fact]
    public async Task Nobody_listens()
    {
        var services = new Sdk.SdkServices(
            new AwsKmsConnection { Region = Here, EndpointUrl = "http://127.0.0.1:9" }, Limits, Service.Credentials);
        using var provider = new AwsKmsKekProvider(services, TimeProvider.System);
        await RefusedAsync(
            EnvelopeError.KeyServiceUnreachable,
            async () => await provider.IdentifyAsync(KekReference.Parse("alias/a"), CancellationToken.None));
    }

    [Fact]
    public void An_endpoint_over_which_keys_would_travel_in_the_clear_is_refused()
    {
        foreach (var url in new[] { "http://kms.example.com", "http://10.0.0.1:4566", "kms.example.com", "ftp://127.0.0.1", "https://user:secret@kms.example.com", "" })
        {
            var failure = Assert.Throws<EnvelopeException>(() => new AwsKmsKekProvider(new AwsKmsConnection { EndpointUrl = url }));
            Assert.Equal(EnvelopeError.ConnectionInvalid, failure.Error);
            Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("evil.example.com")]
    [InlineData("eu-central-1.evil.com/")]
    [InlineData("EU-CENTRAL-1")]
    public async Task A_Region_that_is_none_is_refused(string region) => await RefusedAsync(
        EnvelopeError.ConnectionInvalid, () => ProtectAsync(Session(region: region), ["alias/a"]));

    private async Task UseAsync(string operation, string key)
    {
        var session = Session();
        var kek = Assert.Single(await session.OpenAsync([KekReference.Parse(key)], CancellationToken.None));
        using var dataKey = DataKey.Generate();
        switch (operation)
        {
            case "GenerateDataKey":
                (await session.GenerateAsync([kek], Context, path: null, CancellationToken.None)).DataKey.Dispose();
                break;
            case "Encrypt":
                await session.WrapAsync(kek, dataKey, new KeySubject(Context), CancellationToken.None);
                break;
            default:
                await session.GenerateWithoutPlaintextAsync(kek, Context, path: null, CancellationToken.None);
                break;
        }
    }

    private async Task UnwrapAsync(Recipient recipient, EncryptionContext context)
    {
        using var opened = await Session().UnwrapAsync([recipient], new KeySubject(context), _ => true, CancellationToken.None);
    }

    private static string IdOf(string arn) => arn[(arn.LastIndexOf('/') + 1)..];

    private static PolicyDocument Policy(string action) =>
        PolicyDocument.Parse($$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"{{action}}","Resource":"*"}]}""");
}
