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
    /// <exception cref="EnvelopeException">ConnectionInvalid for a Region that is none.</exception>
    public async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        var region = connection.Region
            ?? SdkEnvironment.Variable("AWS_REGION")
            ?? SdkEnvironment.Variable("AWS_DEFAULT_REGION")
            ?? OfProfile()
            ?? await OfInstanceAsync(cancellationToken);
        return region is null || Name().IsMatch(region)
            ? region
            : throw new EnvelopeException(EnvelopeError.ConnectionInvalid, $"'{region}' is no Region of AWS; one looks like eu-west-1.");
    }

    private string? OfProfile()
    {
        var name = connection.ProfileName ?? SdkEnvironment.ProfileName;
        return new CredentialProfileStoreChain().TryGetProfile(name, out var profile) ? profile.Region?.SystemName : null;
    }

    // On most machines nobody answers there.
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

    [GeneratedRegex("^[a-z]{2,4}(-[a-z]+)+-[0-9]\\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
