using System.Management.Automation;
using System.Security;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Removes KEKs with all their versions. Files that only they open are lost without a backup.</summary>
[Cmdlet(
    VerbsCommon.Remove, "EnvelopeKek", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = HelpPages.RemoveEnvelopeKek)]
public sealed class RemoveEnvelopeKekCommand : EnvelopeCmdlet
{
    /// <summary>KEKs of the keyring: local:NAME, or objects from Get-EnvelopeKek.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] Kek { get; set; } = [];

    /// <summary>Do not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The keyring's passphrase, for an audit log whose KEK is in it; to remove a KEK needs none.</summary>
    [Parameter]
    public SecureString? KeyringPassphrase { get; set; }

    /// <summary>The audit log, in which each removal is recorded; else that of $env:ENVELOPECRYPTO_AUDIT_LOG, else none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AuditLog { get; set; }

    /// <inheritdoc/>
    protected override SecureString? OpensKeyring => KeyringPassphrase;

    /// <inheritdoc/>
    protected override string? AuditLogPath => AuditLog is null ? null : Resolve(AuditLog);

    /// <summary>For an audit log whose KEK is in AWS KMS, which is found where the SDK looks.</summary>
    protected override Func<IKekProvider> KeyService => () => AwsAdapter.OpenProvider(profileName: null, region: null, endpointUrl: null);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var kek in Kek)
            Attempt(kek, () => Remove(KekReference.Parse(kek)));
    }

    private void Remove(KekReference kek)
    {
        var name = EnvelopeKekCmdlet.LocalName(kek);
        var found = Keyring.Get(name);
        var versions = string.Join(", ", found.Versions);
        var action = $"Remove the KEK, version {versions}, {found.BackupState}. Files that only it opens are lost unless it has a backup";
        // -Force answers the question, but neither -WhatIf nor a -Confirm that was asked for.
        var isAnswered = Force && !IsWhatIf && !MyInvocation.BoundParameters.ContainsKey("Confirm");
        if (isAnswered || Approved(kek.Text, action, destroys: true))
            Await(Session.ManageAsync(KekOperation.Remove, kek.Text, () => ValueTask.FromResult(Keyring.Remove(name, Stop)), Stop));
    }
}
