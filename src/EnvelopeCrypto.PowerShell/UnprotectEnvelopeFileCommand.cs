using System.Collections;
using System.Management.Automation;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Decrypts envelopes: x.sql.evc becomes x.sql, with its time and mode.</summary>
[Cmdlet(VerbsSecurity.Unprotect, "EnvelopeFile", DefaultParameterSetName = "Path", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(EnvelopeFileResult))]
public sealed class UnprotectEnvelopeFileCommand : EnvelopeFileCmdlet<FileResult>
{
    private UnprotectOperation? _operation;
    private string? _destination;
    private bool _destinationIsFolder;

    /// <summary>Where the plaintext goes: a folder, or for one file a file.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? DestinationPath { get; set; }

    /// <summary>The folder below which the tree is kept in the destination.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    /// <summary>KEKs that may open files: references, or patterns with *.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] AllowedKek { get; set; } = [];

    /// <summary>Pairs that the envelope's context must have.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary RequiredContext { get; set; } = new Hashtable();

    /// <summary>Remove each source after its output was flushed to the disk, read back whole and compared.</summary>
    [Parameter]
    public SwitchParameter RemoveSource { get; set; }

    /// <summary>Give outputs their sealed names.</summary>
    [Parameter]
    public SwitchParameter RestoreName { get; set; }

    /// <summary>Replace only outputs whose envelope changed.</summary>
    [Parameter]
    public SwitchParameter Update { get; set; }

    /// <summary>Replace outputs that exist.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override string[] MayOpen => AllowedKek;

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
            // Sealed names go into a folder, whether it is there yet or not.
            _destinationIsFolder = _destination is not null && (RestoreName || Destinations.IsFolder(_destination, MyInvocation.ExpectingInput, Recurse, Path, LiteralPath));
            _operation = new UnprotectOperation(Session, new UnprotectOptions
            {
                RequiredContext = ContextTable.Read(RequiredContext),
                RemoveSource = RemoveSource,
                RestoreName = RestoreName,
                Update = Update,
                Force = Force,
                WhatIf = IsWhatIf,
            });
        });
        base.BeginProcessing();
    }

    /// <inheritdoc/>
    protected override bool RemovesSources => RemoveSource;

    /// <inheritdoc/>
    protected override bool Wanted(SourceEntry entry) => Approved(entry.Path, $"Unprotect into {OutputOf(entry)}{(RemoveSource ? " and remove the source" : "")}");

    /// <inheritdoc/>
    protected override Task<FileResult> WorkAsync(BatchItem item, CancellationToken cancellationToken) =>
        _operation!.UnprotectFileAsync(item.Entry.Path, item.Output!, Advance, cancellationToken, path => item.Claim(item.Entry, path));

    /// <inheritdoc/>
    protected override string Preview(FileResult result) => PreviewText.Of(result, RemoveSource);

    /// <inheritdoc/>
    protected override void WriteResult(FileResult result) => Write(new EnvelopeFileResult(result));

    private string OutputOf(SourceEntry entry) => Destinations.For(entry, _destination, _destinationIsFolder, RestoreName ? path => path : EnvelopeName.ForPlaintext);
}
