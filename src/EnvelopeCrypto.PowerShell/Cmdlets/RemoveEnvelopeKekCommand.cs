using System.Management.Automation;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Removes KEKs with all their versions. Files that only they open are lost without a backup.</summary>
[Cmdlet(VerbsCommon.Remove, "EnvelopeKek", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveEnvelopeKekCommand : EnvelopeKekCmdlet
{
    /// <summary>Do not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Work(KekReference kek)
    {
        var name = LocalName(kek);
        var versions = string.Join(", ", Keyring.Get(name).Versions);
        var action = $"Remove the KEK with version {versions}; files that only it opens are lost without a backup";
        // -Force answers the question, but neither -WhatIf nor a -Confirm that was asked for.
        var isAnswered = Force && !IsWhatIf && !MyInvocation.BoundParameters.ContainsKey("Confirm");
        if (isAnswered || Approved(kek.Text, action))
            Manage(KekOperation.Remove, kek, () => Keyring.Remove(name, Stop));
    }
}
