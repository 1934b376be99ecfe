using System.Text.RegularExpressions;
using Amazon.Runtime.CredentialManagement;
using Amazon.Util;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>
/// The configured Region: what was given, AWS_REGION, AWS_DEFAULT_REGION, the profile, the instance that this runs on. The SDK's own
/// search knows no AWS_DEFAULT_REGION, and remembers its answer for as long as a shell lives.
/// </summary>
internal sealed partial class SdkRegion(AwsKmsConnection connection, SdkLimits limits)
{
    /// <exception cref="EnvelopeException">
    /// ConnectionInvalid for a Region that is none; CredentialsMissing when it is for a profile to say, and there is no such profile.
    /// </exception>
    public async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        var region = connection.Region
            ?? SdkEnvironment.Variable("AWS_REGION")
            ?? SdkEnvironment.Variable("AWS_DEFAULT_REGION")
            ?? OfProfile()
            ?? await OfInstanceAsync(cancellationToken);
        return region is null || Name().IsMatch(region)
            ? region
            : throw new EnvelopeException(EnvelopeError.ConnectionInvalid, $"'{region}' is not a Region of AWS; one looks like eu-west-1.");
    }

    private string? OfProfile()
    {
        if (new CredentialProfileStoreChain().TryGetProfile(connection.ProfileName ?? SdkEnvironment.ProfileName, out var profile))
            return profile.Region?.SystemName;
        // Else the Region would seem to be what is missing.
        return (connection.ProfileName ?? SdkEnvironment.NamedProfile) is { } named ? throw CredentialFailure.NoProfile(named) : null;
    }

    // On most machines no one answers there.
    private async Task<string?> OfInstanceAsync(CancellationToken cancellationToken)
    {
        if (!SdkEnvironment.HasMetadataService)
            return null;
        try
        {
            return await Task.Run(() => EC2InstanceMetadata.Region?.SystemName, cancellationToken)
                .WaitAsync(limits.Metadata, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    [GeneratedRegex("^[a-z]{2,4}(-[a-z]+)+-[0-9]\\z", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Name();
}
