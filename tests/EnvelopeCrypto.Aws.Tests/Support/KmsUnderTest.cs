using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using EnvelopeCrypto.KmsServer;

namespace EnvelopeCrypto.Aws.Tests.Support;

/// <summary>
/// The server that the tests speak to: one of their own, or whatever <c>ENVELOPECRYPTO_TEST_KMS_ENDPOINT</c> names (with the standard
/// variables for credentials), where tests that count calls or inject faults are skipped.
/// </summary>
internal sealed class KmsUnderTest : IAsyncDisposable
{
    public const string Variable = "ENVELOPECRYPTO_TEST_KMS_ENDPOINT";

    /// <summary>https://github.com/getmoto/moto, in server mode.</summary>
    public const string Moto = "moto";

    private readonly AwsServer? _own;
    private readonly string? _name;

    private KmsUnderTest(AwsServer? own, string? name, string endpoint, AWSCredentials credentials)
    {
        _own = own;
        _name = name;
        Endpoint = endpoint;
        Credentials = credentials;
    }

    public string Endpoint { get; }

    public AWSCredentials Credentials { get; }

    public bool IsOwn => _own is not null;

    /// <summary>The tests' own server; a test that needs it is skipped when another one is tested.</summary>
    public AwsServer Own
    {
        get
        {
            Assert.SkipWhen(
                _own is null, $"It counts calls, injects faults or makes callers, which the server that {Variable} names does not do.");
            return _own;
        }
    }

    public static async Task<KmsUnderTest> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } endpoint)
        {
            return new KmsUnderTest(own: null, await NameAsync(endpoint), endpoint, new BasicAWSCredentials(
                Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID") ?? "testing", Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY") ?? "testing"));
        }
        var server = await AwsServer.StartAsync();
        return new KmsUnderTest(
            server, name: null, server.Address, new BasicAWSCredentials(server.Root.AccessKeyId, server.Root.SecretAccessKey));
    }

    /// <summary>Skips a test of what a server does otherwise than AWS KMS.</summary>
    public void SkipOn(string server, string reason) => Assert.SkipWhen(_name == server, $"{server}: {reason}");

    /// <summary>Makes a key, and gives its ARN.</summary>
    public async Task<string> AddKeyAsync(string region, string spec = "SYMMETRIC_DEFAULT", bool multiRegion = false, string? alias = null)
    {
        using var kms = Kms(region);
        var made = await kms.CreateKeyAsync(
            new CreateKeyRequest { KeySpec = new KeySpec(spec), KeyUsage = KeyUsageType.ENCRYPT_DECRYPT, MultiRegion = multiRegion });
        if (alias is not null)
            await kms.CreateAliasAsync(new CreateAliasRequest { AliasName = alias, TargetKeyId = made.KeyMetadata.KeyId });
        _own?.Calls.Clear();
        return made.KeyMetadata.Arn;
    }

    /// <summary>A client of the SDK that is not the adapter's.</summary>
    public AmazonKeyManagementServiceClient Kms(string region) =>
        new(Credentials, new AmazonKeyManagementServiceConfig { ServiceURL = Endpoint, AuthenticationRegion = region });

    /// <summary>Requires that so many calls of an operation arrived, where they can be counted.</summary>
    public void RequireCalls(params (string Operation, int Count)[] expected)
    {
        if (_own is not null)
            Assert.Equal(expected.ToDictionary(call => call.Operation, call => call.Count, StringComparer.Ordinal), _own.Calls.Counts());
    }

    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<string?> NameAsync(string endpoint)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(new Uri(endpoint), "/moto-api/data.json"));
        return answer.IsSuccessStatusCode ? Moto : null;
    }
}
