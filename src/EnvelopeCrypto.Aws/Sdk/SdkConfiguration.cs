using System.Net;
using Amazon;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.SecurityToken;
using Amazon.Util;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>
/// The settings of the SDK's clients. What is not set here comes from the environment and the profile: FIPS endpoints, endpoints of
/// services, proxies, certificates, the number of attempts.
/// </summary>
internal sealed class SdkConfiguration
{
    // Hosts of these serve KMS alone; on any other, such as a server for tests, STS is at the same address.
    private static readonly string[] AwsDomains = [".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws", ".on.aws"];

    private readonly AwsKmsConnection _connection;
    private readonly SdkLimits _limits;

    /// <exception cref="EnvelopeException">ConnectionInvalid.</exception>
    public SdkConfiguration(AwsKmsConnection connection, SdkLimits limits)
    {
        if (connection.EndpointUrl is { } endpoint)
            RequireSafe(endpoint);
        _connection = connection;
        _limits = limits;
        // The SDK reads the environment once in a process. In a shell that lives on, somebody may have asked for FIPS endpoints since.
        FallbackInternalConfigurationFactory.Reset();
        // For the clients that the SDK makes for itself, to assume a role or to sign in.
        AWSConfigs.HttpClientFactory = SdkHttpClients.Instance;
        // One without an address is not a proxy. Null would be the one of the environment, over plain http.
        EC2InstanceMetadata.Proxy = new WebProxy();
    }

    /// <summary>The profile that messages name: the one given, else the one of AWS_PROFILE, where that is used.</summary>
    public string? ProfileName => _connection.ProfileName ?? SdkEnvironment.NamedProfile;

    public SdkLimits Limits => _limits;

    /// <exception cref="EnvelopeException">ConnectionInvalid: no URL, or one over which keys would travel in the clear.</exception>
    public static void RequireSafe(string endpoint)
    {
        var isUrl = Uri.TryCreate(endpoint, UriKind.Absolute, out var url);
        var isWeb = isUrl && (url!.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp);
        if (!isWeb || url!.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            throw new EnvelopeException(
                EnvelopeError.ConnectionInvalid, "the endpoint for AWS KMS is not an address such as https://kms.example.com.");
        }
        if (url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback)
        {
            throw new EnvelopeException(
                EnvelopeError.ConnectionInvalid,
                $"the endpoint {url.GetLeftPart(UriPartial.Authority)} is not on this machine, "
                + "and over http data keys would travel in the clear; give one with https.");
        }
    }

    /// <param name="region">Where requests go, and what they are signed for.</param>
    /// <param name="isKms">Whether it is the service that an endpoint was named for.</param>
    public T For<T>(string region, bool isKms)
        where T : ClientConfig, new()
    {
        var config = new T
        {
            Timeout = _limits.Attempt,
            ConnectTimeout = _limits.Connect,
            // Else a request to an endpoint that a variable names is signed for the Region of the environment.
            AuthenticationRegion = region,
            // What the SDK logs of an answer could hold a data key.
            DisableLogging = true,
            HttpClientFactory = SdkHttpClients.Instance,
            LogResponse = false,
        };
        if (_connection.ProfileName is { } profile)
            config.Profile = new Profile(profile);
        if ((isKms ? _connection.EndpointUrl : EndpointOfSts()) is { } endpoint)
            config.ServiceURL = endpoint;
        else
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        return config;
    }

    // Where KMS is not AWS's own, such as a server for tests, STS is at the same address: else AWS would be asked whose credentials
    // these are. An endpoint that was named for STS wins. Null: the SDK finds it.
    private string? EndpointOfSts()
    {
        var isNamed = _connection.EndpointUrl is null
            ? Configured<AmazonSecurityTokenServiceConfig>() is not null
            : SdkEnvironment.Variable("AWS_ENDPOINT_URL_STS") is not null;
        var kms = _connection.EndpointUrl ?? Configured<AmazonKeyManagementServiceConfig>();
        return !isNamed && kms is not null && !IsOfAws(kms) ? kms : null;
    }

    // What variables or the profile name, of a configuration of its own: asking changes it.
    private string? Configured<T>()
        where T : ClientConfig, new()
    {
        var config = new T();
        if (_connection.ProfileName is { } profile)
            config.Profile = new Profile(profile);
        return config.ServiceURL;
    }

    private static bool IsOfAws(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var url)
        && Array.Exists(AwsDomains, domain => url.Host.EndsWith(domain, StringComparison.OrdinalIgnoreCase));
}
