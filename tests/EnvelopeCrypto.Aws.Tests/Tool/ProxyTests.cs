using EnvelopeCrypto.Aws.Tests.Support;
using EnvelopeCrypto.KmsServer;
using EnvelopeCrypto.KmsServer.Callers;

namespace EnvelopeCrypto.Aws.Tests.Tool;

/// <summary>What goes over plain http stays on this machine: no proxy that a variable names sees a data key or a credential.</summary>
public sealed class ProxyTests : KmsToolBench
{
    private static readonly Role Backup = new()
    {
        Account = AwsServer.DefaultAccount,
        Name = "backup",
        Policies = [PolicyDocument.AllowAll],
        WebIdentityToken = "a-web-identity-token",
    };

    [Theory]
    [InlineData("HTTP_PROXY")]
    [InlineData("http_proxy")]
    [InlineData("ALL_PROXY")]
    [InlineData("all_proxy")]
    public async Task Data_keys_for_an_http_endpoint_go_by_no_proxy(string variable)
    {
        await using var proxy = Proxy();
        var keys = (First: Server.AddKey(Region), Second: Server.AddKey(Region));
        (string, string)[] variables = [(variable, proxy.Address), .. Keys(Server.Root)];
        RunWith(variables, "protect", "a", "--kek", keys.First, "--kek", keys.Second).RequireDone();
        RunWith(variables, "verify", "a.evc").RequireDone();
        Assert.Equal(0, proxy.Requests);
        Assert.NotEmpty(Server.Calls.Of("Encrypt"));
    }

    [Fact]
    public async Task The_callers_account_and_a_role_are_asked_for_by_no_proxy()
    {
        await using var proxy = Proxy();
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
        (string, string)[] variables = [configuration, ("http_proxy", proxy.Address), ("AWS_PROFILE", "role")];
        RunWith(variables, "protect", "a", "--kek", key).RequireDone();
        // No KEK is named here, so STS is asked for the caller's account.
        RunWith(variables, "verify", "a.evc").RequireDone();
        Bench.Write("token", "a-web-identity-token");
        RunWith(
            [("http_proxy", proxy.Address), ("AWS_WEB_IDENTITY_TOKEN_FILE", Bench["token"]), ("AWS_ROLE_ARN", Backup.Arn)],
            "verify",
            "a.evc").RequireDone();
        Assert.Equal(0, proxy.Requests);
    }

    [Fact]
    public async Task Credentials_of_a_container_come_by_no_proxy()
    {
        await using var proxy = Proxy();
        await using var container = RawEndpoint.Of(Answer(Credentials()));
        var key = Server.AddKey(Region);
        RunWith(
            [("all_proxy", proxy.Address), ("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.Address), ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret")],
            "protect",
            "a",
            "--kek",
            key).RequireDone();
        Assert.Equal(0, proxy.Requests);
        Assert.NotEqual(0, container.Requests);
    }

    [Fact]
    public async Task A_role_of_a_containers_credentials_is_asked_for_by_no_proxy()
    {
        await using var proxy = Proxy();
        await using var container = RawEndpoint.Of(Answer(Credentials()));
        Server.Callers.AddRole(Backup);
        var configuration = Configuration($"""
            [profile role]
            role_arn = {Backup.Arn}
            credential_source = EcsContainer
            """);
        RunWith(
            [configuration, ("all_proxy", proxy.Address), ("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.Address), ("AWS_PROFILE", "role")],
            "protect",
            "a",
            "--kek",
            Server.AddKey(Region)).RequireDone();
        Assert.Equal(0, proxy.Requests);
        Assert.Contains("assumed-role/backup", Server.Calls.Of("GenerateDataKey")[0].Caller, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://credentials.example.com/")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("http://127.0.0.1:9/")]
    public void Credentials_of_a_container_come_over_http_from_this_machine_or_its_host_alone(string address)
    {
        RunWith([("AWS_CONTAINER_CREDENTIALS_FULL_URI", address)], "protect", "a", "--kek", Server.AddKey(Region))
            .RequireError(EnvelopeError.CredentialsMissing);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    [InlineData("""{"AccessKeyId":"a","SecretAccessKey":7,"Token":"","Expiration":"2999-01-01T00:00:00Z"}""")]
    [InlineData("""{"AccessKeyId":"a","SecretAccessKey":"b","Token":"","Expiration":"some day"}""")]
    public async Task An_answer_of_a_container_without_credentials_is_said_to_have_none(string answer)
    {
        await using var container = RawEndpoint.Of(Answer(answer));
        RunWith([("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.Address)], "protect", "a", "--kek", Server.AddKey(Region))
            .RequireError(EnvelopeError.CredentialsMissing);
    }

    [Fact]
    public async Task Region_and_credentials_of_an_instance_come_by_no_proxy()
    {
        await using var proxy = Proxy();
        await using var instance = new RawEndpoint(async (head, stream, stop) =>
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(Answer(Metadata(head))), stop));
        var key = Server.AddKey(Region);
        RunWith(
            [("all_proxy", proxy.Address), ("AWS_EC2_METADATA_DISABLED", "false"), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", instance.Address), ("AWS_REGION", "")],
            "protect",
            "a",
            "--kek",
            "aws-kms:" + key[(key.LastIndexOf('/') + 1)..]).RequireDone();
        Assert.Equal(0, proxy.Requests);
        Assert.NotEqual(0, instance.Requests);
    }

    // It answers as a proxy does that knows no such host, so that whatever asks it fails.
    private static RawEndpoint Proxy() => RawEndpoint.Of("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");

    private static string Answer(string body) => $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    private string Metadata(string head) => head.Split(' ')[1] switch
    {
        "/latest/api/token" => "a-token",
        "/latest/dynamic/instance-identity/document" => $$"""{"region":"{{Region}}"}""",
        "/latest/meta-data/iam/info" => """{"Code":"Success","InstanceProfileArn":"arn:aws:iam::111122223333:instance-profile/a"}""",
        "/latest/meta-data/iam/security-credentials/" => "backup",
        _ => Credentials(),
    };

    private string Credentials() => $$"""
        {"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"{{Server.Root.AccessKeyId}}","SecretAccessKey":"{{Server.Root.SecretAccessKey}}","Token":"","Expiration":"2999-01-01T00:00:00Z"}
        """;
}
