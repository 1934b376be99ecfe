using System.Management.Automation;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Brings KEKs back from their backups. Versions that the keyring lacks are added; its current version stays.</summary>
[Cmdlet(
    VerbsData.Import, "EnvelopeKek", DefaultParameterSetName = "Path", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.ImportEnvelopeKek)]
[OutputType(typeof(EnvelopeKek))]
public sealed class ImportEnvelopeKekCommand : PassphraseCmdlet
{
    /// <summary>The backups; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The backups, letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>KEKs that may open the backup: references, or patterns with *.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] AllowedKek { get; set; } = [];

    /// <summary>
    /// The key id that the newest version of each backup must have, as it was noted at the export. Nothing is asked then.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyId { get; set; }

    /// <summary>What protects the keys of KEKs that are new to the keyring.</summary>
    [Parameter]
    public KekProtection? Protection { get; set; }

    /// <summary>Short for -Protection Unprotected: anyone who reads the files of new KEKs has the keys.</summary>
    [Parameter]
    public SwitchParameter Unprotected { get; set; }

    /// <summary>
    /// Short for -Protection DpapiMachine: every account of this machine that can read a KEK's file can use it, for services.
    /// </summary>
    [Parameter]
    public SwitchParameter Machine { get; set; }

    /// <inheritdoc/>
    protected override string[] AllowedKeks => AllowedKek;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var isLiteral = LiteralPath.Length > 0;
        foreach (var path in isLiteral ? LiteralPath : Path)
            Attempt(path, () => ImportAll(isLiteral ? [LiteralSourcePath(path)] : Expand(path)));
    }

    private string[] Expand(string path)
    {
        var resolved = SourcePath(path);
        if (!WildcardPattern.ContainsWildcardCharacters(path))
            return [resolved];
        try
        {
            var found = SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _);
            if (found.Count > 0)
                return [.. found];
        }
        catch (ItemNotFoundException)
        {
            // The folder is not there either.
        }
        throw new EnvelopeException(EnvelopeError.NothingMatched, $"nothing matches '{path}'.");
    }

    private void ImportAll(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            // Which KEK it is, only the opened backup tells; a preview opens none.
            if (!IsWhatIf || Approved(file, $"Import a KEK into the keyring {Keyring.Folder}"))
                Attempt(file, () => ImportOne(file));
        }
    }

    private void ImportOne(string file)
    {
        var named = KekProtections.Named(Protection, Unprotected, Machine);
        Passphrases.Recipient.SayFor("the passphrase of the backup");
        using var import = Await(new KekExportOperation(Session, Keyring).OpenAsync(file, Stop));
        if (KeyId is not null)
            import.RequireKeyId(KeyId);
        if (!IsAgreed(import))
            return;
        // A KEK that is there keeps its own protection, whatever passphrase is brought along.
        var protection = import.IsNew ? ProtectionChoice.ForNew(named, KeyringPassphrase is not null) : named;
        var restored = Await(KekExportOperation.RestoreAsync(import, file, protection, Stop));
        var added = restored.Added.Count == 0 ? "nothing was missing" : $"added version {string.Join(", ", restored.Added)}";
        WriteVerbose($"{restored.Kek.Reference}: {(restored.IsNew ? "made" : added)}.");
        Write(new EnvelopeKek(restored.Kek));
    }

    // Where somebody is there, they decide, unless they have named the key id; where no one is, it is said at least.
    private bool IsAgreed(KekImport import)
    {
        var asked = MyInvocation.BoundParameters.TryGetValue("Confirm", out var given) ? given is SwitchParameter { IsPresent: true } : (bool?)null;
        if (asked ?? (KeyId is null && PersonIsThere && !NeverAsks))
            return Answered($"{import.Description} Import it?", "Import a KEK");
        if (KeyId is null)
            WriteWarning($"{import.Description} Compare the key id; -KeyId does.");
        return true;
    }
}
