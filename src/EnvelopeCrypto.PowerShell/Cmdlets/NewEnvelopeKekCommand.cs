using System.Collections;
using System.Management.Automation;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Makes KEKs: local:NAME in the keyring, alias/NAME in AWS KMS, where the key that is there already is given.</summary>
[Cmdlet(
    VerbsCommon.New, "EnvelopeKek", DefaultParameterSetName = "Protected", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.NewEnvelopeKek)]
[OutputType(typeof(EnvelopeKek), typeof(EnvelopeAwsKek))]
public sealed class NewEnvelopeKekCommand : EnvelopeKekCmdlet
{
    /// <summary>What protects the key of a KEK in the keyring.</summary>
    [Parameter(ParameterSetName = "Protected")]
    public KekProtection? Protection { get; set; }

    /// <summary>Short for -Protection Unprotected: anyone who reads the KEK's file has the key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Unprotected")]
    public SwitchParameter Unprotected { get; set; }

    /// <summary>
    /// Short for -Protection DpapiMachine: every account of this machine that can read the KEK's file can use it, for services.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = "Machine")]
    public SwitchParameter Machine { get; set; }

    /// <summary>
    /// Make a key pair: its public half, from Export-EnvelopeKek -PublicKey, encrypts anywhere as pub:PATH, and only this keyring decrypts.
    /// </summary>
    [Parameter(ParameterSetName = "Protected")]
    [Parameter(ParameterSetName = "Unprotected")]
    [Parameter(ParameterSetName = "Machine")]
    public SwitchParameter KeyPair { get; set; }

    /// <summary>AWS KMS: what the key is for.</summary>
    [Parameter(ParameterSetName = "AwsKms")]
    public string? Description { get; set; }

    /// <summary>AWS KMS: let the service rotate the key by itself.</summary>
    [Parameter(ParameterSetName = "AwsKms")]
    public SwitchParameter EnableRotation { get; set; }

    /// <summary>AWS KMS: days between rotations instead of a year.</summary>
    [Parameter(ParameterSetName = "AwsKms")]
    [ValidateRange(90, 2560)]
    public int? RotationPeriodInDays { get; set; }

    /// <summary>AWS KMS: a key that can have replicas in other Regions.</summary>
    [Parameter(ParameterSetName = "AwsKms")]
    public SwitchParameter MultiRegion { get; set; }

    /// <summary>AWS KMS: a symmetric key when left out.</summary>
    [Parameter(ParameterSetName = "AwsKms")]
    [ValidateSet("SYMMETRIC_DEFAULT", "RSA_2048", "RSA_3072", "RSA_4096")]
    public string? KeySpec { get; set; }

    /// <summary>AWS KMS: tags of the key.</summary>
    [Parameter(ParameterSetName = "AwsKms")]
    [ValidateNotNull]
    public IDictionary Tag { get; set; } = new Hashtable();

    /// <inheritdoc/>
    protected override void Work(KekReference kek)
    {
        if (kek.Kind == KekKind.AwsKms)
            MakeAtAws(kek);
        else
            MakeHere(kek);
    }

    private void MakeAtAws(KekReference kek)
    {
        if (Protection is not null || ParameterSetName is "Unprotected" or "Machine")
        {
            throw new EnvelopeException(
                EnvelopeError.KekUnsuitable,
                $"{kek}: AWS KMS protects its keys itself; -{(Protection is null ? ParameterSetName : nameof(Protection))} is for KEKs of "
                + "the keyring.");
        }
        if (KeyPair)
            throw new EnvelopeException(EnvelopeError.KekUnsuitable, $"{kek}: a key pair is of the keyring; AWS KMS has -KeySpec.");
        if (Approved(kek.Text, "Make a key with this alias in AWS KMS, if there is none"))
            Write(Manage(KekOperation.Create, kek, () => AwsAdapter.CreateKek(this, kek, Stop)));
    }

    private void MakeHere(KekReference kek)
    {
        var name = LocalName(kek, " and keys of AWS KMS (alias/NAME)");
        if (ParameterSetName == "AwsKms")
            throw new EnvelopeException(
                EnvelopeError.KekUnsuitable,
                $"{kek}: a KEK of the keyring has no description, rotation, Regions, spec or tags; those are for keys of AWS KMS "
                + "(alias/NAME).");
        var protection = ProtectionChoice.ForNew(KekProtections.Named(Protection, Unprotected, Machine), KeyringPassphrase is not null);
        Keyring.RequireNew(name);
        if (Approved(kek.Text, $"Make a {(KeyPair ? "key pair" : "KEK")} in the keyring {Keyring.Folder}"))
        {
            Write(new EnvelopeKek(Manage(KekOperation.Create, kek, () => KeyPair
                ? Keyring.CreateKeyPair(name, protection, Stop)
                : Keyring.Create(name, protection, Stop))));
            Say($"Back up {kek}. Without a backup, its files are lost with the keyring:\n  {ExportOf(name)}");
        }
    }
}
