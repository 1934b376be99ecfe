using EnvelopeCrypto.Aws.Tests.Support;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.KmsServer;
using EnvelopeCrypto.KmsServer.Callers;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Aws.Tests;

/// <summary>The policies of docs/operations.md, as they stand there, with all else denied.</summary>
public sealed class LeastPrivilegeTests : KmsBench
{
    private const string OldId = "11111111-1111-1111-1111-111111111111";
    private const string NewId = "22222222-2222-2222-2222-222222222222";

    private static readonly EncryptionContext Other = EncryptionContext.Create([new("purpose", "payroll")]);

    [Fact]
    public async Task Who_encrypts_can_do_that_and_no_more()
    {
        var (old, fresh) = AddKeys();
        var writer = Caller("encrypt");
        var envelope = await ProtectAsync(Session(writer), [old]);
        await WrapAsync(writer, old, Context);
        await RefusedAsync(EnvelopeError.AccessDenied, () => OpenAsync(Session(writer), envelope));
        await RefusedAsync(EnvelopeError.AccessDenied, () => ProtectAsync(Session(writer), [old], Other, "b"));
        await RefusedAsync(EnvelopeError.AccessDenied, () => ProtectAsync(Session(writer), [old], EncryptionContext.Empty, "b"));
        await RefusedAsync(EnvelopeError.AccessDenied, () => ProtectAsync(Session(writer), [fresh], name: "b"));
        await RefusedAsync(EnvelopeError.AccessDenied, () => RewrapAsync(Session(writer), envelope, fresh));
    }

    [Fact]
    public async Task Who_decrypts_can_do_that_and_no_more()
    {
        var (old, fresh) = AddKeys();
        var reader = Caller("decrypt");
        var envelope = await ProtectAsync(Session(), [old]);
        var foreign = await ProtectAsync(Session(), [old], Other, "b");
        Assert.Equal(old, await OpenAsync(Session(reader), envelope));
        Assert.Equal(old, await OpenAsync(Session(reader, allowed: []), envelope));
        await RefusedAsync(EnvelopeError.AccessDenied, () => OpenAsync(Session(reader), foreign));
        await RefusedAsync(EnvelopeError.AccessDenied, () => ProtectAsync(Session(reader), [old], name: "c"));
        await RefusedAsync(EnvelopeError.AccessDenied, () => RewrapAsync(Session(reader), envelope, fresh));
    }

    [Fact]
    public async Task Who_rotates_replaces_the_key_and_can_read_nothing()
    {
        var (old, fresh) = AddKeys();
        var third = Service.Own.AddKey(Here);
        var rotator = Caller("rotate");
        var envelope = await ProtectAsync(Session(), [old]);
        var foreign = await ProtectAsync(Session(), [old], Other, "b");

        await RefusedAsync(EnvelopeError.AccessDenied, () => RewrapAsync(Session(rotator), envelope, third));
        await RefusedAsync(EnvelopeError.AccessDenied, () => RewrapAsync(Session(rotator), foreign, fresh));
        await RefusedAsync(EnvelopeError.AccessDenied, () => OpenAsync(Session(rotator), envelope));
        Service.Own.Calls.Clear();
        await RewrapAsync(Session(rotator), envelope, fresh);
        Service.RequireCalls(("ReEncrypt", 1));
        await RefusedAsync(EnvelopeError.AccessDenied, () => OpenAsync(Session(rotator), envelope));
        await RefusedAsync(EnvelopeError.AccessDenied, () => ProtectAsync(Session(rotator), [old], name: "c"));
        Assert.Equal(fresh, await OpenAsync(Session(), envelope));
    }

    [Fact]
    public async Task The_Deny_holds_where_another_policy_allows_everything()
    {
        var (old, fresh) = AddKeys();
        var third = Service.Own.AddKey(Here);
        var rotator = Caller("rotate");
        rotator.Policies = [.. rotator.Policies, PolicyDocument.AllowAll];
        var envelope = await ProtectAsync(Session(), [old]);
        await RefusedAsync(EnvelopeError.AccessDenied, () => RewrapAsync(Session(rotator), envelope, third));
        await RefusedAsync(EnvelopeError.AccessDenied, () => OpenAsync(Session(rotator), envelope));
        await RewrapAsync(Session(rotator), envelope, fresh);
    }

    [Fact]
    public async Task Both_accounts_see_the_use_of_a_key_across_accounts()
    {
        const string owner = "444455556666";
        var server = Service.Own;
        var open = PolicyDocument.Parse($$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"{{AwsServer.DefaultAccount}}"},"Action":"kms:*","Resource":"*"}]}""");
        var key = server.AddKey(Here, owner, policy: open);
        await ProtectAsync(Session(), [key]);
        var call = Assert.Single(server.Calls.All);
        Assert.Equal([AwsServer.DefaultAccount, owner], call.SeenBy);
        Assert.Equal("backup", call.Context["purpose"]);
    }

    private (string Old, string New) AddKeys() => (Service.Own.AddKey(Here, id: OldId), Service.Own.AddKey(Here, id: NewId));

    private Caller Caller(string policy) =>
        Service.Own.Callers.AddUser(policy, AwsServer.DefaultAccount, PolicyDocument.Parse(FromDocs(policy)));

    private async Task WrapAsync(Caller caller, string key, EncryptionContext context)
    {
        var session = Session(caller);
        using var dataKey = DataKey.Generate();
        await session.WrapAsync(
            Assert.Single(await session.OpenAsync([KekReference.Parse(key)], CancellationToken.None)),
            dataKey,
            new KeySubject(context),
            CancellationToken.None);
    }

    private static string FromDocs(string policy)
    {
        var root = ProjectFolder.Root();
        Assert.SkipWhen(root is null, "The tests run outside of the project's folder, where its documents are.");
        var text = File.ReadAllText(Path.Combine(root, "docs", "operations.md"));
        var at = text.IndexOf($"<!-- policy: {policy} -->", StringComparison.Ordinal);
        Assert.True(at >= 0, $"docs/operations.md has no policy '{policy}'.");
        var start = text.IndexOf("```json", at, StringComparison.Ordinal) + "```json".Length;
        return text[start..text.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
