using System.Management.Automation;
using System.Security;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Replaces the KEKs of envelopes. The data stays as it is, and an old KEK goes only after the new one was proven.</summary>
[Cmdlet(
    VerbsData.Update, "EnvelopeKek", DefaultParameterSetName = "Path", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.UpdateEnvelopeKek)]
[OutputType(typeof(EnvelopeFileResult))]
public sealed class UpdateEnvelopeKekCommand : EnvelopeFileCmdlet<FileResult>
{
    private long _notRotated;
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
    [Alias("PSPath", "LP", "FullName")]
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

    /// <summary>
    /// Give each envelope a new data key and encrypt its data again, for its own KEKs or those that are named. Who kept the old data key
    /// can then neither read nor forge it.
    /// </summary>
    [Parameter]
    public SwitchParameter RotateDataKey { get; set; }

    /// <summary>
    /// With -RotateDataKey: a file that is left as it is fails, unless a new KEK opens it that no one wraps for without having it. Anyone
    /// who leaked a KEK can have taken its recipient out.
    /// </summary>
    [Parameter]
    public SwitchParameter RequireRotation { get; set; }

    /// <summary>Only what was wrapped before this moment; it is wrapped again, by the same KEKs when no others are named.</summary>
    [Parameter]
    public DateTime? WrappedBefore { get; set; }

    /// <summary>Drop old recipients although nothing proved the new ones.</summary>
    [Parameter]
    public SwitchParameter NoReadBack { get; set; }

    /// <summary>
    /// Which slot to believe in an envelope whose two slots contradict each other (RecipientsForked). Alone it mends such files.
    /// </summary>
    [Parameter]
    public ForkedSlot? Slot { get; set; }

    /// <summary>Add or remove although the data key opens other files too.</summary>
    [Parameter]
    public SwitchParameter SharedDataKey { get; set; }

    /// <summary>The passphrase of new 'passphrase' recipients.</summary>
    [Parameter]
    public SecureString? NewPassphrase { get; set; }

    /// <inheritdoc/>
    protected override SecureString? NewRecipientPassphrase => NewPassphrase;

    /// <inheritdoc/>
    protected override string[] AllowedKeks => AllowedKek;

    /// <inheritdoc/>
    protected override bool ForRewrap => true;

    private protected override FileWork<FileResult> Plan()
    {
        var parameters = new RewrapParameters(NewKek, OldKek, AddKek, RemoveKek, WrappedBefore);
        if (parameters.IsEmpty && !RotateDataKey && Slot is null)
        {
            throw new EnvelopeException(
                EnvelopeError.KekRequired, "choose what to do: -NewKek, -AddKek, -RemoveKek, -RotateDataKey, -WrappedBefore or -Slot.");
        }
        if (RequireRotation && !RotateDataKey)
            throw new EnvelopeException(EnvelopeError.KekReferenceInvalid, "-RequireRotation needs -RotateDataKey.");
        var options = parameters.ToOptions(RotateDataKey) with
        {
            RequireRotation = RequireRotation,
            NoReadBack = NoReadBack,
            Slot = Slot,
            SharedDataKey = SharedDataKey,
            WhatIf = IsWhatIf,
        };
        var operation = _operation = new RewrapOperation(Session, options);
        if (IsWhatIf && options.PreviewLimit is { } limit)
            WriteWarning(limit);
        return new FileWork<FileResult>
        {
            Batch = new BatchOptions { Prepare = operation.PrepareAsync },
            Wanted = entry => Approved(entry.Path, Action(parameters)),
            WorkAsync = (item, cancellationToken) => operation.RewrapFileAsync(item.Entry.Place, cancellationToken, Advance),
            Preview = PreviewText.Of,
            Write = WriteResult,
            MayBeEmpty = true,
        };
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        foreach (var doubt in Await(_operation!.NeverMetAsync(Stop)))
            WriteWarning(doubt);
        if (_notRotated > 0)
            WriteWarning($"{_notRotated} files were not rotated: see the Reason of each. -RequireRotation makes that an error.");
    }

    private void WriteResult(FileResult result)
    {
        _notRotated += result.IsNotRotated ? 1 : 0;
        WriteUnlessSummed(new EnvelopeFileResult(result));
    }

    private string Action(RewrapParameters parameters)
    {
        var steps = parameters.Steps().ToList();
        if (RotateDataKey)
            steps.Add("Encrypt again under a new data key");
        if (Slot is { } slot && steps.Count == 0 && WrappedBefore is null)
            steps.Add($"Believe the {slot.ToString().ToLowerInvariant()} slot where two contradict each other");
        return RewrapParameters.Action(steps);
    }
}
