using System.Management.Automation;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Gives KEKs a new version, which wraps from now on; files under the old ones still open.</summary>
[Cmdlet(
    VerbsCommon.New, "EnvelopeKekVersion", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.NewEnvelopeKekVersion)]
[OutputType(typeof(EnvelopeKek), typeof(EnvelopeAwsKek))]
public sealed class NewEnvelopeKekVersionCommand : EnvelopeKekCmdlet
{
    private const string Action = "Make a new version, which wraps from now on";

    /// <inheritdoc/>
    protected override void Work(KekReference kek)
    {
        if (kek.Kind == KekKind.AwsKms)
        {
            if (Approved(kek.Text, Action))
                Write(Manage(KekOperation.Rotate, kek, () => AwsAdapter.RotateKek(this, kek, Stop)));
            return;
        }
        var name = LocalName(kek, " and symmetric keys of AWS KMS (ARN, alias/NAME or aws-kms:ID)");
        Keyring.Get(name);
        if (!Approved(kek.Text, Action))
            return;
        var rotated = Manage(KekOperation.Rotate, kek, () => Keyring.Rotate(name, Stop));
        if (rotated.IsKeyPair)
            WriteVerbose($"{rotated.Reference}: the public half is a new one, to be exported; what the old one wraps still opens here.");
        Write(new EnvelopeKek(rotated));
        var why = rotated.Versions.Any(version => version.Exported is not null)
            ? " again. Its last backup lacks this version:"
            : ". Without a backup, its files are lost with the keyring:";
        Say($"Back up {kek}{why}\n  {ExportOf(name)}");
        Say($"Older files still open. To rewrap them:\n  Update-EnvelopeKek PATH -Recurse -OldKek {kek} -NewKek {kek}");
    }
}
