using Amazon;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>
/// The credentials of a run, found once and refreshed by the SDK: a named profile, else the default chain. A profile that signs in by
/// SSO is looked for here, since the default chain refuses it.
/// </summary>
internal sealed class SdkCredentials
{
    private readonly AwsKmsConnection _connection;
    private readonly SdkLimits _limits;
    private readonly AWSCredentials? _given;
    private readonly Once<AWSCredentials> _found;

    public SdkCredentials(AwsKmsConnection connection, SdkLimits limits, AWSCredentials? given, CancellationToken runEnds)
    {
        _connection = connection;
        _given = given;
        _limits = limits;
        _found = new Once<AWSCredentials>(FindAsync, runEnds);
    }

    /// <exception cref="EnvelopeException">
    /// CredentialsMissing, CredentialsExpired, AccessDenied for a role, and what a call can fail with.
    /// </exception>
    public Task<AWSCredentials> GetAsync(CancellationToken cancellationToken) => _found.GetAsync(cancellationToken);

    private async Task<AWSCredentials> FindAsync(CancellationToken cancellationToken)
    {
        var profile = _given ?? FromProfile();
        var limit = profile is null && !SdkEnvironment.HasCredentials ? _limits.Metadata : _limits.Credentials;
        try
        {
            var credentials = ContainerCredentials.InsteadOf(profile
                ?? await Task.Run(() => FromChainAsync(cancellationToken), cancellationToken).WaitAsync(limit, cancellationToken));
            // Asked now, so that what is wrong with them is not taken for a failure of KMS.
            await Task.Run(credentials.GetCredentialsAsync, cancellationToken).WaitAsync(limit, cancellationToken);
            return credentials;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            var used = _connection.ProfileName ?? (profile is null ? null : SdkEnvironment.ProfileName);
            throw CredentialFailure.From(failure, used, used is null ? SdkEnvironment.NamedProfile : null, limit);
        }
    }

    private AWSCredentials? FromProfile()
    {
        var chain = new CredentialProfileStoreChain();
        if (_connection.ProfileName is { } named)
            return chain.TryGetAWSCredentials(named, out var credentials) ? credentials : throw CredentialFailure.NoProfile(named);
        if (SdkEnvironment.HasCredentials)
            return null;
        return chain.TryGetAWSCredentials(SdkEnvironment.ProfileName, out var found) ? found : null;
    }

    // An instance of its own: the shared one remembers what it found for as long as a shell lives.
    private static async Task<AWSCredentials> FromChainAsync(CancellationToken cancellationToken)
    {
        using var resolver = new DefaultAWSCredentialsIdentityResolver();
        return await resolver.ResolveIdentityAsync(
            new AmazonKeyManagementServiceConfig { RegionEndpoint = RegionEndpoint.USEast1 }, cancellationToken);
    }
}
