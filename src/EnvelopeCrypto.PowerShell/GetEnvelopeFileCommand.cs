using System.Management.Automation;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Reads the headers of envelopes; needs no key. All of it is a claim until the file was opened.</summary>
[Cmdlet(VerbsCommon.Get, "EnvelopeFile", DefaultParameterSetName = "Path")]
[OutputType(typeof(EnvelopeFile))]
public sealed class GetEnvelopeFileCommand : EnvelopeFileCmdlet<EnvelopeInfo>
{
    /// <inheritdoc/>
    protected override bool ReadsOnly => true;

    /// <inheritdoc/>
    protected override Task<EnvelopeInfo> WorkAsync(BatchItem item, CancellationToken cancellationToken) =>
        InspectOperation.InspectFileAsync(item.Entry.Path, cancellationToken);

    /// <inheritdoc/>
    protected override void WriteResult(EnvelopeInfo result) => Write(new EnvelopeFile(result));
}
