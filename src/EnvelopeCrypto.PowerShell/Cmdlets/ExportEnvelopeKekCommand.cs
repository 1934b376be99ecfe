using System.Management.Automation;
using System.Security;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Writes backups of KEKs of the keyring, under a passphrase or certificate.</summary>
[Cmdlet(VerbsData.Export, "EnvelopeKek", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(EnvelopeFileResult))]
public sealed class ExportEnvelopeKekCommand : EnvelopeKekCmdlet
{
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <summary>The backup's file; or a folder, in which it is called NAME.kek.evc.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string DestinationPath { get; set; } = "";

    /// <summary>What opens the backup: passphrase, x509:PATH or a key of AWS KMS. No local KEK, which would be lost together with this one.</summary>
    [Parameter(Mandatory = true, Position = 2)]
    [ValidateNotNullOrEmpty]
    public string[] BackupKek { get; set; } = [];

    /// <summary>The passphrase of the backup.</summary>
    [Parameter]
    public SecureString? Passphrase { get; set; }

    /// <summary>The passphrase of a certificate's private key, in a .pfx or .pem file.</summary>
    [Parameter]
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
        var path = Resolve(DestinationPath);
        var isFolder = Directory.Exists(path) || Path.EndsInDirectorySeparator(DestinationPath);
        if (isFolder)
            path = Path.Combine(path, $"{name}.kek{EnvelopeName.Extension}");
        if (!_written.Add(path))
            throw new EnvelopeException(EnvelopeError.DuplicateOutput, "its backup would be that of another KEK of this run; give a folder as -DestinationPath.");
        var export = new KekExportOperation(Session, Keyring);
        KekReference[] keks = [.. BackupKek.Select(KekReference.Parse)];
        Await(export.PreviewAsync(name, keks, path, Force, Stop));
        if (!Approved(kek.Text, $"Export into {DisplayText.OneLine(path)} for {string.Join(", ", BackupKek)}"))
            return;
        if (isFolder)
            CreateFolder(Path.GetDirectoryName(path)!);
        Write(new EnvelopeFileResult(Await(export.ExportAsync(name, keks, path, Force, Stop))));
    }

    private static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EnvelopeException(EnvelopeError.OutputFailed, $"the folder {DisplayText.OneLine(path)} cannot be made: {failure.Message}", failure);
        }
    }
}
