using System.Management.Automation;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>A cmdlet that can reach a key service. Without these parameters the AWS SDK looks where it always does: variables, profiles, roles.</summary>
public abstract class KeyServiceCmdlet : EnvelopeCmdlet
{
    /// <summary>AWS: the profile with the credentials, and perhaps the Region.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ProfileName { get; set; }

    /// <summary>AWS: the Region of keys whose reference names none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Region { get; set; }

    /// <summary>AWS: another endpoint for KMS, such as one inside a VPC.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EndpointUrl { get; set; }

    /// <inheritdoc/>
    protected override Func<IKekProvider> KeyService => () => AwsAdapter.OpenProvider(ProfileName, Region, EndpointUrl);
}
