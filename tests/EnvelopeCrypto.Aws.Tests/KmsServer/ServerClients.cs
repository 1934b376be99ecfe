using Amazon.KeyManagementService;
using Amazon.Runtime;
using Amazon.SecurityToken;
using EnvelopeCrypto.KmsServer;
using EnvelopeCrypto.KmsServer.Callers;

namespace EnvelopeCrypto.Aws.Tests.KmsServer;

/// <summary>Clients of the real SDK that speak to the server.</summary>
internal static class ServerClients
{
    public const string Region = "eu-central-1";

    /// <summary>A client that tries once only, so that a test sees each error.</summary>
    public static AmazonKeyManagementServiceClient Kms(
        this AwsServer server, Caller? caller = null, string region = Region, int retries = 0) =>
        new(Credentials(caller ?? server.Root), new AmazonKeyManagementServiceConfig
        {
            ServiceURL = server.Address,
            AuthenticationRegion = region,
            MaxErrorRetry = retries,
        });

    public static AmazonSecurityTokenServiceClient Sts(this AwsServer server, Caller caller) =>
        new(Credentials(caller), new AmazonSecurityTokenServiceConfig
        {
            ServiceURL = server.Address,
            AuthenticationRegion = Region,
            MaxErrorRetry = 0,
        });

    public static Dictionary<string, string> Context(params (string Key, string Value)[] pairs) =>
        pairs.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    private static AWSCredentials Credentials(Caller caller) => caller.SessionToken is { } token
        ? new SessionAWSCredentials(caller.AccessKeyId, caller.SecretAccessKey, token)
        : new BasicAWSCredentials(caller.AccessKeyId, caller.SecretAccessKey);
}
