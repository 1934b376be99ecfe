using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using EnvelopeCrypto.KmsServer;
using EnvelopeCrypto.KmsServer.Callers;

namespace EnvelopeCrypto.Aws.Tests.KmsServer;

/// <summary>What policies allow, and nothing else.</summary>
public sealed class PermissionTests : ServerTests
{
    private const string OtherAccount = "444455556666";

    private static readonly Dictionary<string, string> Backup = ServerClients.Context(("purpose", "backup"));
    private static readonly Dictionary<string, string> Archive = ServerClients.Context(("purpose", "archive"));

    [Fact]
    public async Task A_caller_without_a_policy_may_do_nothing()
    {
        var key = Server.AddKey(ServerClients.Region);
        using var nobody = Server.Kms(Server.Callers.AddUser("nobody", AwsServer.DefaultAccount));
        var denied = await DeniedAsync(() => GenerateAsync(nobody, key, Backup));
        Assert.Contains(
            $"kms:GenerateDataKey on resource: {key} because no identity-based policy allows", denied.Message, StringComparison.Ordinal);
        Assert.Equal("AccessDeniedException", Server.Calls.Of("GenerateDataKey")[0].Error);
    }

    [Fact]
    public async Task A_condition_on_the_context_is_heeded()
    {
        var key = Server.AddKey(ServerClients.Region);
        using var caller = Caller("""
            {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["kms:GenerateDataKey","kms:Decrypt"],"Resource":"KEY",
             "Condition":{"StringEquals":{"kms:EncryptionContext:Purpose":"backup"},
                          "ForAllValues:StringEquals":{"kms:EncryptionContextKeys":["purpose","host"]}}}}
            """.Replace("KEY", key, StringComparison.Ordinal));
        await GenerateAsync(caller, key, Backup);
        await DeniedAsync(() => GenerateAsync(caller, key, Archive));
        await DeniedAsync(() => GenerateAsync(caller, key, []));
        await DeniedAsync(() => GenerateAsync(caller, key, ServerClients.Context(("purpose", "backup"), ("other", "x"))));
        await DeniedAsync(() => GenerateAsync(caller, Server.AddKey(ServerClients.Region), Backup));
    }

    [Fact]
    public async Task A_deny_wins()
    {
        var key = Server.AddKey(ServerClients.Region);
        using var caller = Caller("""
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"},
             {"Effect":"Deny","Action":"kms:Decr*","Resource":"*"}]}
            """);
        var made = await GenerateAsync(caller, key, Backup);
        var denied = await DeniedAsync(() =>
            caller.DecryptAsync(new() { KeyId = key, CiphertextBlob = made.CiphertextBlob, EncryptionContext = Backup }));
        Assert.Contains("explicit deny", denied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_rotates_needs_ReEncrypt_only_and_only_to_the_pinned_key()
    {
        var (old, fresh, elsewhere) = (
            Server.AddKey(ServerClients.Region), Server.AddKey(ServerClients.Region), Server.AddKey(ServerClients.Region));
        var made = await GenerateAsync(Kms, old, Backup);
        using var rotator = Caller($$"""
            {"Version":"2012-10-17","Statement":[
             {"Effect":"Allow","Action":"kms:ReEncryptFrom","Resource":"{{old}}","Condition":{"StringEquals":{"kms:EncryptionContext:purpose":"backup"} } },
             {"Effect":"Allow","Action":"kms:ReEncryptTo","Resource":"{{fresh}}","Condition":{"StringEquals":{"kms:EncryptionContext:purpose":"backup"},
              "Bool":{"kms:ReEncryptOnSameKey":false} } }]}
            """);
        await ReEncryptAsync(rotator, made.CiphertextBlob, old, fresh, Backup);
        await DeniedAsync(() => ReEncryptAsync(rotator, made.CiphertextBlob, old, elsewhere, Backup));
        await DeniedAsync(() => ReEncryptAsync(rotator, made.CiphertextBlob, old, fresh, Archive));
        await DeniedAsync(
            () => rotator.DecryptAsync(new() { KeyId = old, CiphertextBlob = made.CiphertextBlob, EncryptionContext = Backup }));
    }

    [Fact]
    public async Task Another_account_needs_both_policies()
    {
        var closed = Server.AddKey(ServerClients.Region);
        var open = Server.AddKey(ServerClients.Region, policy: PolicyDocument.Parse($$"""
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{{OtherAccount}}:root"},
             "Action":"kms:GenerateDataKey","Resource":"*"}]}
            """));
        using var allowed = Server.Kms(Server.Callers.AddUser("guest", OtherAccount, PolicyDocument.AllowAll));
        using var nobody = Server.Kms(Server.Callers.AddUser("nobody", OtherAccount));
        await GenerateAsync(allowed, open, Backup);
        await DeniedAsync(() => GenerateAsync(nobody, open, Backup));
        await DeniedAsync(() => GenerateAsync(allowed, closed, Backup));
        await DeniedAsync(() => GenerateAsync(allowed, closed[..^12] + "000000000000", Backup));
        Assert.Equal([OtherAccount, AwsServer.DefaultAccount], Server.Calls.All[0].SeenBy);
    }

    [Fact]
    public async Task A_key_policy_alone_can_name_a_caller_of_its_account()
    {
        var user = Server.Callers.AddUser("named", AwsServer.DefaultAccount);
        var key = Server.AddKey(ServerClients.Region);
        await Kms.PutKeyPolicyAsync(new PutKeyPolicyRequest
        {
            KeyId = key,
            Policy = $$"""
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"{{user.Arn}}"},"Action":"kms:GenerateDataKey","Resource":"*"}]}
                """,
        });
        using var named = Server.Kms(user);
        await GenerateAsync(named, key, Backup);
        // The new policy does not trust the account any more, so that its IAM policies count for nothing.
        await DeniedAsync(() => GenerateAsync(Kms, key, Backup));
    }

    [Theory]
    [InlineData("""{"Version":"2012-10-17"}""")]
    [InlineData("""{"Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}""")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"*"}}""")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Conditon":{}}}""")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEqual":{"kms:KeySpec":"x"}}}}""")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"kms:KeySpecs":"x"}}}}""")]
    public void A_policy_that_is_not_understood_is_refused(string json) => Assert.Throws<FormatException>(() => PolicyDocument.Parse(json));

    private AmazonKeyManagementServiceClient Caller(string policy) =>
        Server.Kms(Server.Callers.AddUser("caller", AwsServer.DefaultAccount, PolicyDocument.Parse(policy)));

    private static Task<GenerateDataKeyResponse> GenerateAsync(
        AmazonKeyManagementServiceClient kms, string key, Dictionary<string, string> context) =>
        kms.GenerateDataKeyAsync(new() { KeyId = key, KeySpec = DataKeySpec.AES_256, EncryptionContext = context });

    private static Task<ReEncryptResponse> ReEncryptAsync(
        AmazonKeyManagementServiceClient kms, MemoryStream blob, string from, string to, Dictionary<string, string> destinationContext) =>
        kms.ReEncryptAsync(new()
        {
            CiphertextBlob = new MemoryStream(blob.ToArray()),
            SourceKeyId = from,
            SourceEncryptionContext = Backup,
            DestinationKeyId = to,
            DestinationEncryptionContext = destinationContext,
        });

    private static async Task<AmazonKeyManagementServiceException> DeniedAsync(Func<Task> call)
    {
        var denied = await Assert.ThrowsAnyAsync<AmazonKeyManagementServiceException>(call);
        Assert.Equal("AccessDeniedException", denied.ErrorCode);
        return denied;
    }
}
