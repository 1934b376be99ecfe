using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Aws.Tests.Support;
using EnvelopeCrypto.KmsServer;
using EnvelopeCrypto.KmsServer.Callers;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Aws.Tests.Tool;

/// <summary>Every way to credentials that the SDK knows and that can be tried on one machine.</summary>
public sealed class CredentialTests : KmsToolBench
{
    private const string StartUrl = "https://example.awsapps.com/start";

    private static readonly Role Backup = new()
    {
        Account = AwsServer.DefaultAccount,
        Name = "backup",
        Policies = [PolicyDocument.AllowAll],
        WebIdentityToken = "a-web-identity-token",
    };

    [Fact]
    public void None_at_all()
    {
        var key = Server.AddKey(Region);
        RunWith([], "protect", "a", "--kek", key).RequireError(EnvelopeError.CredentialsMissing);
        var line = RunWith([], "protect", "a", "--kek", key, "--profile-name", "nobody").RequireError(EnvelopeError.CredentialsMissing);
        Assert.Contains("nobody", line, StringComparison.Ordinal);
        line = RunWith([("AWS_PROFILE", "misspelt")], "protect", "a", "--kek", key).RequireError(EnvelopeError.CredentialsMissing);
        Assert.Contains("misspelt", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_profile_that_is_not_there_is_said_before_a_Region_is_asked_for(bool byOption)
    {
        (string, string)[] variables = byOption ? [("AWS_REGION", "")] : [("AWS_REGION", ""), ("AWS_PROFILE", "misspelt")];
        string[] option = byOption ? ["--profile-name", "misspelt"] : [];
        foreach (var command in new string[][] { ["protect", "a", "--kek", "alias/backup"], ["kek", "list", "alias/backup"] })
        {
            var line = RunWith(variables, [.. command, .. option]).RequireError(EnvelopeError.CredentialsMissing);
            Assert.Contains("misspelt", line, StringComparison.Ordinal);
        }
        // Keys in the environment go before a profile that a variable names.
        if (!byOption)
        {
            RunWith([.. variables, .. Keys(Server.Root)], "protect", "a", "--kek", "alias/backup")
                .RequireError(EnvelopeError.RegionRequired, exitCode: 2);
        }
    }

    [Fact]
    public void A_profile_with_keys_is_named_by_option_or_variable_and_gives_its_Region()
    {
        var key = Server.AddKey("ap-southeast-2");
        var id = "aws-kms:" + key[(key.LastIndexOf('/') + 1)..];
        var configuration = Configuration($"""
            [profile keys]
            aws_access_key_id = {Server.Root.AccessKeyId}
            aws_secret_access_key = {Server.Root.SecretAccessKey}
            region = ap-southeast-2
            """);
        RunWith([configuration, ("AWS_REGION", "")], "protect", "a", "--kek", id, "--profile-name", "keys").RequireDone();
        RunWith([configuration, ("AWS_REGION", ""), ("AWS_PROFILE", "keys")], "verify", "a.evc").RequireDone();
        var gone = key[..^1] + (key[^1] == '0' ? '1' : '0');
        var line = RunWith([configuration, ("AWS_REGION", ""), ("AWS_PROFILE", "keys")], "protect", "a", "--force", "--kek", gone)
            .RequireError(EnvelopeError.KekNotFound);
        Assert.Contains("profile keys", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_that_assumes_a_role()
    {
        var key = Server.AddKey(Region);
        Server.Callers.AddRole(Backup);
        var configuration = Configuration($"""
            [profile base]
            aws_access_key_id = {Server.Root.AccessKeyId}
            aws_secret_access_key = {Server.Root.SecretAccessKey}
            [profile role]
            role_arn = {Backup.Arn}
            source_profile = base
            """);
        RunWith([configuration], "protect", "a", "--kek", key, "--profile-name", "role").RequireDone();
        Assert.Contains("assumed-role/backup", Server.Calls.Of("GenerateDataKey")[0].Caller, StringComparison.Ordinal);
    }

    [Fact]
    public void A_role_that_may_not_be_assumed()
    {
        var key = Server.AddKey(Region);
        var nobody = Server.Callers.AddUser("nobody", AwsServer.DefaultAccount);
        Server.Callers.AddRole(Backup);
        var configuration = Configuration($"""
            [profile base]
            aws_access_key_id = {nobody.AccessKeyId}
            aws_secret_access_key = {nobody.SecretAccessKey}
            [profile role]
            role_arn = {Backup.Arn}
            source_profile = base
            """);
        var line = RunWith([configuration], "protect", "a", "--kek", key, "--profile-name", "role")
            .RequireError(EnvelopeError.AccessDenied);
        Assert.Contains("sts:AssumeRole", line, StringComparison.Ordinal);
        Assert.DoesNotContain(nobody.SecretAccessKey, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_is_not_looked_for_where_a_redirect_leads()
    {
        await using var elsewhere = RawEndpoint.Of("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var endpoint = RawEndpoint.Of($"HTTP/1.1 307 Moved\r\nLocation: {elsewhere.Address}/\r\nContent-Length: 0\r\n\r\n");
        var configuration = Configuration($"""
            [profile base]
            aws_access_key_id = {Server.Root.AccessKeyId}
            aws_secret_access_key = {Server.Root.SecretAccessKey}
            [profile role]
            role_arn = {Backup.Arn}
            source_profile = base
            """);
        RunWith(
            [configuration, ("AWS_ENDPOINT_URL", endpoint.Address)],
            "protect",
            "a",
            "--kek",
            Server.AddKey(Region),
            "--profile-name",
            "role")
            .RequireError(EnvelopeError.KeyServiceFailed);
        Assert.Equal((1, 0), (endpoint.Requests, elsewhere.Requests));
    }

    [Fact]
    public void A_web_identity()
    {
        var key = Server.AddKey(Region);
        Server.Callers.AddRole(Backup);
        Bench.Write("token", "a-web-identity-token");
        RunWith([("AWS_WEB_IDENTITY_TOKEN_FILE", Bench["token"]), ("AWS_ROLE_ARN", Backup.Arn)], "protect", "a", "--kek", key)
            .RequireDone();
        Assert.Contains("assumed-role/backup", Server.Calls.Of("GenerateDataKey")[0].Caller, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sign_in_by_SSO(bool byOption)
    {
        var key = Server.AddKey(Region);
        Server.Callers.AddRole(Backup);
        var configuration = Configuration($"""
            [profile sso]
            sso_start_url = {StartUrl}
            sso_region = {Region}
            sso_account_id = {AwsServer.DefaultAccount}
            sso_role_name = backup
            """);
        (string, string)[] variables = byOption ? [configuration] : [configuration, ("AWS_PROFILE", "sso")];
        string[] command = byOption ? ["protect", "a", "--kek", key, "--profile-name", "sso"] : ["protect", "a", "--kek", key];
        RunWith(variables, command).RequireError(EnvelopeError.CredentialsExpired);

        Assert.SkipWhen(OperatingSystem.IsWindows(), "There the SDK looks in the account's own profile, which no variable moves.");
        SignIn(Server.Callers.SignIns.IssueAccessToken());
        RunWith(variables, command).RequireDone();
        Assert.Contains("assumed-role/backup", Server.Calls.Of("GenerateDataKey")[0].Caller, StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_that_has_expired()
    {
        var key = Server.AddKey(Region);
        var session = Session();
        RunWith(Keys(session), "protect", "a", "--kek", key).RequireDone();
        Server.Callers.Expire(session.AccessKeyId);
        RunWith(Keys(session), "verify", "a.evc").RequireError(EnvelopeError.CredentialsExpired);
    }

    [Fact]
    public void No_answer_shows_a_secret_of_the_caller()
    {
        var key = Server.AddKey(Region);
        var session = Session();
        Server.Faults.Reject(
            new KmsFailure("InvalidSignatureException", $"The request signature does not match. The Canonical String should have been 'x-amz-security-token:{session.SessionToken}'"), int.MaxValue);
        var run = RunWith(Keys(session), "protect", "a", "--kek", key, "--json");
        run.RequireError(EnvelopeError.CredentialsInvalid);
        Assert.DoesNotContain(session.SessionToken!, run.Errors + run.Text, StringComparison.Ordinal);
    }

    private Caller Session()
    {
        Server.Callers.AddRole(Backup);
        return Server.Callers.OpenSession(Backup);
    }

    // As aws sso login leaves it in the home folder.
    private void SignIn(string accessToken)
    {
#pragma warning disable CA5350 // The name of the file is the SHA-1 of the start URL: no choice of ours.
        var name = Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(StartUrl))).ToLowerInvariant();
#pragma warning restore CA5350
        var expires = WallClock.Now.AddHours(1).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        Bench.Write(
            Path.Combine("..", "user", ".aws", "sso", "cache", name + ".json"),
            $$"""{"accessToken":"{{accessToken}}","expiresAt":"{{expires}}","region":"{{Region}}","startUrl":"{{StartUrl}}"}""");
    }
}
