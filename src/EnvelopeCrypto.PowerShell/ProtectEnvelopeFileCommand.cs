using System.Collections;
using System.Management.Automation;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Encrypts files, or trees with -Recurse: x.sql becomes x.sql.evc.</summary>
[Cmdlet(VerbsSecurity.Protect, "EnvelopeFile", DefaultParameterSetName = "Path", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(EnvelopeFileResult))]
public sealed class ProtectEnvelopeFileCommand : EnvelopeFileCmdlet<FileResult>
{
    private ProtectOperation? _operation;
    private BatchDataKey? _dataKey;
    private string? _destination;
    private bool _destinationIsFolder;

    /// <summary>The KEKs; any one of them opens the envelope.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] Kek { get; set; } = [];

    /// <summary>Where the envelopes go: a folder, or for one file a file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DestinationPath { get; set; }

    /// <summary>The folder below which the tree is kept in the destination.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    /// <summary>Pairs that are authenticated with the data, and not secret.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary EncryptionContext { get; set; } = new Hashtable();

    /// <summary>
    /// How many files share a data key, so that a key service is asked once for all of them. Whoever can open one of them can open them all.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int FilesPerDataKey { get; set; } = 1;

    /// <summary>The data key for all files, from New-DataKey or Unprotect-DataKey, with its KEK and context.</summary>
    [Parameter]
    [ValidateNotNull]
    public EnvelopeDataKey? DataKey { get; set; }

    /// <summary>Replace only outputs whose source changed.</summary>
    [Parameter]
    public SwitchParameter Update { get; set; }

    /// <summary>Replace outputs that exist.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Remove each source after its output was flushed to the disk, read back whole and compared.</summary>
    [Parameter]
    public SwitchParameter RemoveSource { get; set; }

    /// <summary>Encrypt envelopes once more.</summary>
    [Parameter]
    public SwitchParameter AllowNested { get; set; }

    /// <summary>Seal no name, length, time and mode.</summary>
    [Parameter]
    public SwitchParameter NoMetadata { get; set; }

    /// <inheritdoc/>
    protected override bool EnvelopesOnly => false;

    /// <inheritdoc/>
    protected override bool TakesEnvelopes => AllowNested;

    /// <inheritdoc/>
    protected override bool MayReplace => Force || Update;

    /// <inheritdoc/>
    protected override int Passes => RemoveSource ? 2 : 1;

    /// <inheritdoc/>
    protected override string? RootFolder => Root is null ? null : Resolve(Root);

    /// <inheritdoc/>
    protected override string? DestinationFolder => _destinationIsFolder ? _destination : null;

    /// <inheritdoc/>
    protected override Func<SourceEntry, string>? OutputFor => OutputOf;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        OrThrow(() =>
        {
            _destination = DestinationPath is null ? null : Resolve(DestinationPath);
            _destinationIsFolder = Destinations.IsFolder(_destination, MyInvocation.ExpectingInput, Recurse, Path, LiteralPath);
            _operation = new ProtectOperation(Session, new ProtectOptions
            {
                Keks = DataKey is null ? KekDefaults.ToEncrypt(Kek, PersonIsThere) : NoKeks(),
                Context = DataKey is null || EncryptionContext.Count > 0 ? ContextTable.Read(EncryptionContext) : Format.EncryptionContext.Create(DataKey.Context),
                FilesPerDataKey = FilesPerDataKey,
                DataKey = DataKey is null ? null : (_dataKey = DataKey.ForFiles()),
                Update = Update,
                Force = Force,
                WhatIf = IsWhatIf,
                RemoveSource = RemoveSource,
                AllowNested = AllowNested,
                NoMetadata = NoMetadata,
            });
        });
        base.BeginProcessing();
    }

    /// <inheritdoc/>
    protected override bool Wanted(SourceEntry entry) => Approved(entry.Path, $"Protect into {OutputOf(entry)}{(RemoveSource ? " and remove the source" : "")}");

    /// <inheritdoc/>
    protected override ValueTask PrepareAsync(CancellationToken cancellationToken) => _operation!.PrepareAsync(cancellationToken);

    /// <inheritdoc/>
    protected override Task<FileResult> WorkAsync(BatchItem item, CancellationToken cancellationToken) =>
        _operation!.ProtectFileAsync(item.Entry.Path, item.Output!, Advance, cancellationToken);

    /// <inheritdoc/>
    protected override string Preview(FileResult result) => PreviewText.Of(result, RemoveSource);

    /// <inheritdoc/>
    protected override void WriteResult(FileResult result) => Write(new EnvelopeFileResult(result));

    // The data key brings its own; what else is named would be passed over.
    private KekReference[] NoKeks() => Kek.Length == 0 && FilesPerDataKey == 1
        ? []
        : throw new EnvelopeException(EnvelopeError.KekReferenceInvalid, "-DataKey brings its own KEK and serves all files; -Kek and -FilesPerDataKey do not go with it.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _dataKey?.Dispose();
    }

    private string OutputOf(SourceEntry entry) => Destinations.For(entry, _destination, _destinationIsFolder, EnvelopeName.ForEnvelope);
}
