using System.Management.Automation;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Makes KEKs in the keyring.</summary>
[Cmdlet(VerbsCommon.New, "EnvelopeKek", DefaultParameterSetName = "Protected", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(EnvelopeKek))]
public sealed class NewEnvelopeKekCommand : EnvelopeKekCmdlet
{
    /// <summary>Keep the KEK without a passphrase: whoever reads its file has the key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Unprotected")]
    public SwitchParameter Unprotected { get; set; }

    /// <summary>On Windows: every account of this machine that can read the KEK's file can use it, for services.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Machine")]
    public SwitchParameter Machine { get; set; }

    /// <inheritdoc/>
    protected override void Work(KekReference kek)
    {
        Keyring.RequireNew(kek.Id);
        if (Approved(kek.Text, $"Make a KEK in the keyring {Keyring.Folder}"))
            Write(new EnvelopeKek(Manage(KekOperation.Create, kek, () => Keyring.Create(kek.Id, KekProtections.Chosen(Unprotected, Machine), Stop))));
    }
}
