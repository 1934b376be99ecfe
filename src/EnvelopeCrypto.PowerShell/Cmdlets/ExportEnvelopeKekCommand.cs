using System.Management.Automation;
using System.Security;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Writes backups of KEKs of the keyring, under a passphrase or certificate; or the public halves of key pairs.</summary>
[Cmdlet(
    VerbsData.Export, "EnvelopeKek", DefaultParameterSetName = "Backup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.ExportEnvelopeKek)]
[OutputType(typeof(EnvelopeFileResult))]
public sealed class ExportEnvelopeKekCommand : EnvelopeKekCmdlet
{
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <summary>Write the public half of a key pair, as a PEM file: no secret, with which pub:PATH encrypts.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "PublicKey")]
    public SwitchParameter PublicKey { get; set; }

    /// <summary>
    /// The backup's file; or a folder, in which it is called NAME.kek.evc. A public half is NAME.pem, in the current location when this is
    /// left out.
    /// </summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "Backup")]
    [Parameter(Position = 1, ParameterSetName = "PublicKey")]
    [ValidateNotNullOrEmpty]
    public string DestinationPath { get; set; } = "";

    /// <summary>
    /// What opens the backup: passphrase, x509:PATH, pub:PATH of another keyring's key pair, or a key of AWS KMS. No local KEK, which would
    /// be lost together with this one.
    /// </summary>
    [Parameter(Mandatory = true, Position = 2, ParameterSetName = "Backup")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] BackupKek { get; set; } = [];

    /// <summary>The passphrase of the backup.</summary>
    [Parameter(ParameterSetName = "Backup")]
    public SecureString? Passphrase { get; set; }

    /// <summary>The passphrase of a certificate's private key, in a .pfx or .pem file.</summary>
    [Parameter(ParameterSetName = "Backup")]
    public SecureString? CertificatePassphrase { get; set; }

    /// <summary>Replace a file that exists.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override SecureString? RecipientPassphrase => Passphrase;

    /// <inheritdoc/>
    protected override SecureString? OpensCertificate => CertificatePassphrase;

    /// <inheritdoc/>
    protected override void Work(KekReference kek)
    {
        var name = LocalName(kek);
        var given = DestinationPath.Length == 0 ? "." : DestinationPath;
        var path = Resolve(given);
        var isFolder = Directory.Exists(path) || Path.EndsInDirectorySeparator(given);
        if (isFolder)
            path = Path.Combine(path, PublicKey ? PublicHalfExport.NameFor(name) : $"{name}.kek{EnvelopeName.Extension}");
        if (!_written.Add(path))
        {
            throw new EnvelopeException(
                EnvelopeError.DuplicateOutput, "its backup would be that of another KEK of this run; give a folder as -DestinationPath.");
        }
        if (PublicKey)
            ExportPublicHalf(kek, name, path, isFolder);
        else
            ExportBackup(kek, name, path, isFolder);
    }

    private void ExportPublicHalf(KekReference kek, string name, string path, bool isFolder)
    {
        PublicHalfExport.Preview(Keyring, name, path, Force);
        if (!Approved(kek.Text, $"Export the public half into {DisplayText.OneLine(path)}"))
            return;
        if (isFolder)
            CreateFolder(Path.GetDirectoryName(path)!);
        Write(new EnvelopeFileResult(PublicHalfExport.Write(Keyring, name, path, Force).Result));
    }

    private void ExportBackup(KekReference kek, string name, string path, bool isFolder)
    {
        Passphrases.Recipient.SayFor("the passphrase of the backup");
        var export = new KekExportOperation(Session, Keyring);
        KekReference[] keks = [.. BackupKek.Select(KekReference.Parse)];
        Await(export.PreviewAsync(name, keks, path, Force, Stop));
        if (!Approved(kek.Text, $"Export into {DisplayText.OneLine(path)} for {string.Join(", ", BackupKek)}"))
            return;
        if (isFolder)
            CreateFolder(Path.GetDirectoryName(path)!);
        Write(new EnvelopeFileResult(Await(export.ExportAsync(name, keks, path, Force, Stop))));
        Say($"Keep the key id apart from the backup: {Keyring.Get(name).Versions.Single(version => version.IsCurrent).KeyId}\n"
            + "Import-EnvelopeKek shows it too; with -KeyId it compares the two.");
    }

    private static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EnvelopeException(
                EnvelopeError.OutputFailed, $"the folder {DisplayText.OneLine(path)} cannot be made: {failure.Message}", failure);
        }
    }
}
