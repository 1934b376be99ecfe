using System.Management.Automation;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Gives KEKs a new version, which wraps from now on; files under the old ones still open.</summary>
[Cmdlet(VerbsCommon.New, "EnvelopeKekVersion", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(EnvelopeKek))]
public sealed class NewEnvelopeKekVersionCommand : EnvelopeKekCmdlet
{
    /// <inheritdoc/>
    protected override void Work(KekReference kek)
    {
        Keyring.Get(kek.Id);
        if (Approved(kek.Text, "Make a new version, which wraps from now on"))
            Write(new EnvelopeKek(Manage(KekOperation.Rotate, kek, () => Keyring.Rotate(kek.Id, Stop))));
    }
}
