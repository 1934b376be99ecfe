using System.Collections.Concurrent;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using EnvelopeCrypto.Aws.Service;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>AWS by its SDK: one client for each Region, the same credentials for all.</summary>
internal sealed class SdkServices : IDisposable
{
    private readonly SdkConfiguration _configuration;
    private readonly SdkCredentials _credentials;
    private readonly SdkRegion _region;
    private readonly Once<string?> _configuredRegion;
    private readonly ConcurrentDictionary<string, Lazy<SdkClient>> _kms = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _runEnds = new();

    /// <param name="connection">Profile, Region and endpoint.</param>
    /// <param name="limits">How long to wait.</param>
    /// <param name="given">Credentials that need no search; null for those of the profile or the default chain.</param>
    /// <exception cref="EnvelopeException">ConnectionInvalid.</exception>
    public SdkServices(AwsKmsConnection connection, SdkLimits limits, AWSCredentials? given = null)
    {
        _configuration = new SdkConfiguration(connection, limits);
        _credentials = new SdkCredentials(connection, limits, given, _runEnds.Token);
        _region = new SdkRegion(connection, limits);
        _configuredRegion = new Once<string?>(_region.FindAsync, _runEnds.Token);
    }

    /// <summary>The Region that is configured for this run; null when none is.</summary>
    public Task<string?> FindRegionAsync(CancellationToken cancellationToken) => _configuredRegion.GetAsync(cancellationToken);

    /// <summary>AWS KMS in a Region.</summary>
    public SdkKms Kms(string region) => new(ClientIn(region));

    /// <summary>Who is calling: GetCallerIdentity of AWS STS.</summary>
    /// <param name="partition">The partition to ask in when no Region is configured.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="EnvelopeException">RegionRequired, and whatever the service fails with.</exception>
    public async Task<CallerIdentity> GetCallerIdentityAsync(string partition, CancellationToken cancellationToken)
    {
        // Never a Region that a file names: that would choose the host.
        var place = await FindRegionAsync(cancellationToken) ?? SdkPartition.Home(partition) ?? throw new EnvelopeException(
            EnvelopeError.RegionRequired,
            $"no Region is known in which to ask for the account in the partition {partition}; set AWS_REGION.");
        var call = new AwsCall("STS", "GetCallerIdentity", Key: null, place, _configuration.ProfileName);
        var credentials = await _credentials.GetAsync(cancellationToken);
        using var client = call.Run(() =>
        {
            var sts = new AmazonSecurityTokenServiceClient(
                credentials, _configuration.For<AmazonSecurityTokenServiceConfig>(place, isKms: false));
            SdkConfiguration.RequireSafe(sts.DetermineServiceOperationEndpoint(new GetCallerIdentityRequest()).URL);
            return sts;
        });
        var answer = await call.RunAsync(
            () => client.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken), cancellationToken);
        return answer.Arn?.Split(':') is [_, { } own, ..] && answer.Account is { } account
            ? new CallerIdentity(own, account)
            : throw KmsCheck.Failed("AWS STS did not say whose credentials these are.");
    }

    public void Dispose()
    {
        if (_runEnds.IsCancellationRequested)
            return;
        _runEnds.Cancel();
        foreach (var kms in _kms.Values)
        {
            if (kms.IsValueCreated)
                kms.Value.Dispose();
        }
        _runEnds.Dispose();
    }

    private SdkClient ClientIn(string region) => _kms.GetOrAdd(region, name => new Lazy<SdkClient>(() => Connect(name))).Value;

    private SdkClient Connect(string region) => new(region, _configuration.ProfileName, _configuration.Limits, _credentials, credentials =>
    {
        var client = new AmazonKeyManagementServiceClient(
            credentials, _configuration.For<AmazonKeyManagementServiceConfig>(region, isKms: true));
        SdkConfiguration.RequireSafe(client.DetermineServiceOperationEndpoint(new DescribeKeyRequest { KeyId = "alias/any" }).URL);
        return client;
    });
}
