using System.Management.Automation;
using System.Security;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Replaces the KEKs of envelopes. The data stays as it is, and an old KEK goes only after the new one was proven.</summary>
[Cmdlet(VerbsData.Update, "EnvelopeKek", DefaultParameterSetName = "Path", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EnvelopeFileResult))]
public sealed class UpdateEnvelopeKekCommand : EnvelopeFileCmdlet<FileResult>
{
    private RewrapOperation? _operation;

    /// <summary>A cmdlet whose files wait for the disk or a key service.</summary>
    public UpdateEnvelopeKekCommand() => ThrottleLimit = RewrapOperation.UsefulWorkers;

    /// <inheritdoc/>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "PathAddRemove", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public override string[] Path { get; set; } = [];

    /// <inheritdoc/>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPathAddRemove", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public override string[] LiteralPath
    {
        get => base.LiteralPath;
        set => base.LiteralPath = value;
    }

    /// <summary>The KEKs that replace others. Without -OldKek the envelope ends with exactly these.</summary>
    [Parameter(Position = 1, ParameterSetName = "Path")]
    [Parameter(Position = 1, ParameterSetName = "LiteralPath")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] NewKek { get; set; } = [];

    /// <summary>The KEKs to replace. Other recipients stay, and envelopes without these are left alone.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] OldKek { get; set; } = [];

    /// <summary>KEKs to add.</summary>
    [Parameter(ParameterSetName = "PathAddRemove")]
    [Parameter(ParameterSetName = "LiteralPathAddRemove")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] AddKek { get; set; } = [];

    /// <summary>KEKs to take away.</summary>
    [Parameter(ParameterSetName = "PathAddRemove")]
    [Parameter(ParameterSetName = "LiteralPathAddRemove")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] RemoveKek { get; set; } = [];

    /// <summary>KEKs that may open files: references, or patterns with *.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] AllowedKek { get; set; } = [];

    /// <summary>Drop old recipients although nothing proved the new ones.</summary>
    [Parameter]
    public SwitchParameter NoReadBack { get; set; }

    /// <summary>Add or remove although the data key opens other files too.</summary>
    [Parameter]
    public SwitchParameter SharedDataKey { get; set; }

    /// <summary>The passphrase of 'passphrase' recipients.</summary>
    [Parameter]
    public SecureString? Passphrase { get; set; }

    /// <summary>The passphrase of new 'passphrase' recipients.</summary>
    [Parameter]
    public SecureString? NewPassphrase { get; set; }

    /// <summary>The keyring's passphrase.</summary>
    [Parameter]
    public SecureString? KeyringPassphrase { get; set; }

    /// <inheritdoc/>
    protected override SecureString? RecipientPassphrase => Passphrase;

    /// <inheritdoc/>
    protected override SecureString? NewRecipientPassphrase => NewPassphrase;

    /// <inheritdoc/>
    protected override SecureString? OpensKeyring => KeyringPassphrase;

    /// <inheritdoc/>
    protected override string[] MayOpen => AllowedKek;

    /// <inheritdoc/>
    protected override bool ForRewrap => true;

    /// <inheritdoc/>
    protected override bool MayBeEmpty => true;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        OrThrow(() =>
        {
            if (NewKek.Length + AddKek.Length + RemoveKek.Length == 0)
                throw new EnvelopeException(EnvelopeError.KekRequired, "say what is wanted: -NewKek, -AddKek or -RemoveKek.");
            var options = new RewrapOptions
            {
                NewKeks = References(NewKek),
                OldKeks = References(OldKek),
                AddKeks = References(AddKek),
                RemoveKeks = References(RemoveKek),
                NoReadBack = NoReadBack,
                SharedDataKey = SharedDataKey,
                WhatIf = IsWhatIf,
            };
            _operation = new RewrapOperation(Session, options);
            if (IsWhatIf && options.PreviewLimit is { } limit)
                WriteWarning(limit);
        });
        base.BeginProcessing();
    }

    /// <inheritdoc/>
    protected override bool Wanted(SourceEntry entry) => Approved(entry.Path, Action());

    /// <inheritdoc/>
    protected override ValueTask PrepareAsync(CancellationToken cancellationToken) => _operation!.PrepareAsync(cancellationToken);

    /// <inheritdoc/>
    protected override Task<FileResult> WorkAsync(BatchItem item, CancellationToken cancellationToken) =>
        _operation!.RewrapFileAsync(item.Entry.Path, cancellationToken);

    /// <inheritdoc/>
    protected override string Preview(FileResult result) => PreviewText.Of(result);

    /// <inheritdoc/>
    protected override void WriteResult(FileResult result) => Write(new EnvelopeFileResult(result));

    private static KekReference[] References(string[] texts) => [.. texts.Select(KekReference.Parse)];

    private string Action()
    {
        if (NewKek.Length > 0)
            return $"Replace {(OldKek.Length == 0 ? "all KEKs" : string.Join(", ", OldKek))} by {string.Join(", ", NewKek)}";
        var added = AddKek.Length == 0 ? "" : $"Add {string.Join(", ", AddKek)}";
        var removed = RemoveKek.Length == 0 ? "" : $"Remove {string.Join(", ", RemoveKek)}";
        return added + (added.Length > 0 && removed.Length > 0 ? "; " : "") + removed;
    }
}
