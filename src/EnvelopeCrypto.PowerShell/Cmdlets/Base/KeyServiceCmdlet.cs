using System.Management.Automation;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// A cmdlet that uses KEKs and can reach a key service. Without these parameters the AWS SDK looks where it
/// always does: variables, profiles, roles.
/// </summary>
public abstract class KeyServiceCmdlet : EnvelopeCmdlet
{
    /// <summary>AWS: the profile with the credentials, and perhaps the Region.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(AwsProfileCompleter))]
    public string? ProfileName { get; set; }

    /// <summary>AWS: the Region of keys whose reference names none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(AwsRegionCompleter))]
    public string? Region { get; set; }

    /// <summary>AWS: another endpoint for KMS, such as one inside a VPC.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EndpointUrl { get; set; }

    /// <summary>The audit log, in which each use of a KEK is recorded; else that of $env:ENVELOPECRYPTO_AUDIT_LOG, else none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public virtual string? AuditLog { get; set; }

    /// <inheritdoc/>
    protected override string? AuditLogPath => AuditLog is null ? null : Resolve(AuditLog);

    /// <inheritdoc/>
    protected override Func<IKekProvider> KeyService => () => AwsAdapter.OpenProvider(ProfileName, Region, EndpointUrl);
}
