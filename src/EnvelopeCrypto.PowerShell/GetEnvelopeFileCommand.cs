using System.Management.Automation;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// Reads the headers of envelopes; needs no key. All of it is a claim until the file was opened, as -IncludeMetadata does.
/// </summary>
[Cmdlet(VerbsCommon.Get, "EnvelopeFile", DefaultParameterSetName = "Path")]
[OutputType(typeof(EnvelopeFile))]
public sealed class GetEnvelopeFileCommand : EnvelopeFileCmdlet<EnvelopeFile>
{
    private MetadataOperation? _metadata;

    /// <summary>Open each file with a KEK, and show the name and time that are sealed in it.</summary>
    [Parameter]
    public SwitchParameter IncludeMetadata { get; set; }

    /// <summary>KEKs that may open files: references, or patterns with *.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] AllowedKek { get; set; } = [];

    /// <inheritdoc/>
    protected override bool ReadsOnly => true;

    /// <inheritdoc/>
    protected override bool MayBeEmpty => true;

    /// <inheritdoc/>
    protected override string[] MayOpen => AllowedKek;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (IncludeMetadata)
            OrThrow(() => _metadata = new MetadataOperation(Session));
        base.BeginProcessing();
    }

    /// <inheritdoc/>
    protected override async Task<EnvelopeFile> WorkAsync(BatchItem item, CancellationToken cancellationToken)
    {
        var info = await InspectOperation.InspectFileAsync(item.Entry.Path, cancellationToken);
        return new EnvelopeFile(info, _metadata is null ? null : await _metadata.ReadFileAsync(item.Entry.Path, cancellationToken));
    }

    /// <inheritdoc/>
    protected override void WriteResult(EnvelopeFile result) => Write(result);
}
