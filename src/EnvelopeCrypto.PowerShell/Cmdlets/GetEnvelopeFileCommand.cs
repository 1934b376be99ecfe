using System.Management.Automation;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// Reads the headers of envelopes; needs no key. All of it is a claim until the file was opened, as -IncludeMetadata does.
/// </summary>
[Cmdlet(VerbsCommon.Get, "EnvelopeFile", DefaultParameterSetName = "Path", HelpUri = HelpPages.GetEnvelopeFile)]
[OutputType(typeof(EnvelopeFile))]
public sealed class GetEnvelopeFileCommand : EnvelopeFileCmdlet<EnvelopeFile>
{
    /// <summary>Open each file with a KEK, and show the name and time that are sealed in it.</summary>
    [Parameter]
    public SwitchParameter IncludeMetadata { get; set; }

    /// <summary>KEKs that may open files: references, or patterns with *.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] AllowedKek { get; set; } = [];

    /// <inheritdoc/>
    protected override string[] AllowedKeks => AllowedKek;

    private protected override FileWork<EnvelopeFile> Plan()
    {
        var metadata = IncludeMetadata ? new MetadataOperation(Session) : null;
        return new FileWork<EnvelopeFile>
        {
            WorkAsync = (item, cancellationToken) => ReadAsync(item.Entry.Place, metadata, cancellationToken),
            Write = WriteUnlessSummed,
            Batch = new BatchOptions { ReadOnly = true },
            MayBeEmpty = true,
        };
    }

    private static async Task<EnvelopeFile> ReadAsync(FilePlace place, MetadataOperation? metadata, CancellationToken cancellationToken)
    {
        var info = await InspectOperation.InspectFileAsync(place, cancellationToken);
        return new EnvelopeFile(info, metadata is null ? null : await metadata.ReadFileAsync(place, cancellationToken));
    }
}
