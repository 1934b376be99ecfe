using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Amazon.SSO;
using Amazon.SSOOIDC;
using EnvelopeCrypto.KmsServer;
using EnvelopeCrypto.KmsServer.Callers;

namespace EnvelopeCrypto.Aws.Tests.KmsServer;

/// <summary>Who the caller is, and how the server knows.</summary>
public sealed class CallerTests : ServerTests
{
    [Fact]
    public async Task STS_names_the_caller()
    {
        using var sts = Server.Sts(Server.Root);
        var identity = await sts.GetCallerIdentityAsync(new());
        Assert.Equal((AwsServer.DefaultAccount, Server.Root.Arn), (identity.Account, identity.Arn));
        Assert.Equal(1, Server.Calls.Count("GetCallerIdentity"));
    }

    [Fact]
    public async Task A_session_of_a_role_has_the_roles_permissions_until_it_expires()
    {
        var key = Server.AddKey(ServerClients.Region);
        var role = Server.Callers.AddRole(
            new Role { Account = AwsServer.DefaultAccount, Name = "backup", Policies = [PolicyDocument.AllowAll] });
        using var sts = Server.Sts(Server.Root);
        var session = (await sts.AssumeRoleAsync(new() { RoleArn = role.Arn, RoleSessionName = "night" })).Credentials;
        using var kms = KmsWith(new SessionAWSCredentials(session.AccessKeyId, session.SecretAccessKey, session.SessionToken));
        await kms.DescribeKeyAsync(new DescribeKeyRequest { KeyId = key });
        Assert.Equal("arn:aws:sts::111122223333:assumed-role/backup/night", Server.Calls.Of("DescribeKey")[0].Caller);

        Server.Callers.Expire(session.AccessKeyId);
        Assert.Equal("ExpiredTokenException", await ErrorAsync(kms, key));
    }

    [Fact]
    public async Task A_role_is_assumed_by_whom_it_is_allowed_to_only()
    {
        var role = Server.Callers.AddRole(new Role { Account = AwsServer.DefaultAccount, Name = "backup" });
        using var sts = Server.Sts(Server.Callers.AddUser("nobody", AwsServer.DefaultAccount));
        var denied = await Assert.ThrowsAnyAsync<AmazonSecurityTokenServiceException>(() =>
            sts.AssumeRoleAsync(new() { RoleArn = role.Arn, RoleSessionName = "night" }));
        Assert.Equal("AccessDenied", denied.ErrorCode);
    }

    [Fact]
    public async Task A_web_identity_gets_a_session()
    {
        var role = Server.Callers.AddRole(new Role { Account = AwsServer.DefaultAccount, Name = "pod", WebIdentityToken = "token" });
        using var sts = new AmazonSecurityTokenServiceClient(new AnonymousAWSCredentials(), new AmazonSecurityTokenServiceConfig
        {
            ServiceURL = Server.Address,
            AuthenticationRegion = ServerClients.Region,
        });
        var session = await sts.AssumeRoleWithWebIdentityAsync(
            new() { RoleArn = role.Arn, RoleSessionName = "pod1", WebIdentityToken = "token" });
        Assert.Equal("arn:aws:sts::111122223333:assumed-role/pod/pod1", session.AssumedRoleUser.Arn);
        await Assert.ThrowsAsync<InvalidIdentityTokenException>(() =>
            sts.AssumeRoleWithWebIdentityAsync(new() { RoleArn = role.Arn, RoleSessionName = "pod1", WebIdentityToken = "other" }));
    }

    [Fact]
    public async Task Who_signed_in_gets_credentials_of_a_role()
    {
        Server.Callers.AddRole(new Role { Account = AwsServer.DefaultAccount, Name = "people", Policies = [PolicyDocument.AllowAll] });
        using var oidc = new AmazonSSOOIDCClient(new AnonymousAWSCredentials(), new AmazonSSOOIDCConfig { ServiceURL = Server.Address });
        var token = await oidc.CreateTokenAsync(new()
        {
            ClientId = "id",
            ClientSecret = "secret",
            GrantType = "refresh_token",
            RefreshToken = Server.Callers.SignIns.RefreshToken,
        });
        using var sso = new AmazonSSOClient(new AnonymousAWSCredentials(), new AmazonSSOConfig { ServiceURL = Server.Address });
        Amazon.SSO.Model.GetRoleCredentialsRequest request = new()
        {
            AccessToken = token.AccessToken,
            AccountId = AwsServer.DefaultAccount,
            RoleName = "people",
        };
        var made = (await sso.GetRoleCredentialsAsync(request)).RoleCredentials;
        using var kms = KmsWith(new SessionAWSCredentials(made.AccessKeyId, made.SecretAccessKey, made.SessionToken));
        await kms.ListKeysAsync(new());

        Server.Callers.SignIns.Revoke(token.AccessToken);
        await Assert.ThrowsAsync<Amazon.SSO.Model.UnauthorizedException>(() => sso.GetRoleCredentialsAsync(request));
    }

    [Fact]
    public async Task A_wrong_secret_and_an_unknown_key_are_refused()
    {
        var key = Server.AddKey(ServerClients.Region);
        using var wrong = KmsWith(new BasicAWSCredentials(Server.Root.AccessKeyId, "wrong"));
        Assert.Equal("InvalidSignatureException", await ErrorAsync(wrong, key));
        using var unknown = KmsWith(new BasicAWSCredentials("AKIDTESTUNKNOWN", "x"));
        Assert.Equal("UnrecognizedClientException", await ErrorAsync(unknown, key));
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_refused()
    {
        Server.Clock.Skew = TimeSpan.FromMinutes(10);
        var refused = await Assert.ThrowsAnyAsync<AmazonKeyManagementServiceException>(() => Kms.ListKeysAsync(new()));
        Assert.Equal("InvalidSignatureException", refused.ErrorCode);
        Assert.StartsWith("Signature expired", refused.Message, StringComparison.Ordinal);
    }

    private AmazonKeyManagementServiceClient KmsWith(AWSCredentials credentials) => new(credentials, new AmazonKeyManagementServiceConfig
    {
        ServiceURL = Server.Address,
        AuthenticationRegion = ServerClients.Region,
        MaxErrorRetry = 0,
    });

    private static async Task<string> ErrorAsync(AmazonKeyManagementServiceClient kms, string key) =>
        (await Assert.ThrowsAnyAsync<AmazonKeyManagementServiceException>(() => kms.DescribeKeyAsync(new DescribeKeyRequest { KeyId = key }))).ErrorCode;
}
