using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>Opens envelopes for what is sealed beside their data; the data itself is not read.</summary>
internal sealed class MetadataOperation(KekSession session)
{
    /// <exception cref="EnvelopeException">Names the file and why it does not open.</exception>
    public Task<SealedMetadata> ReadFileAsync(string path, CancellationToken cancellationToken) =>
        ReadFileAsync(new FilePlace(path), cancellationToken);

    internal async Task<SealedMetadata> ReadFileAsync(FilePlace place, CancellationToken cancellationToken)
    {
        var path = place.Path;
        try
        {
            using var input = SourceFile.Open(FileSystem.Default, place);
            var header = await input.ReadHeaderAsync(cancellationToken);
            using var envelope = await OpenedEnvelope.OpenAsync(
                input.Stream, header, header.Protected.Type, EncryptionContext.Empty, session, path, cancellationToken);
            return new SealedMetadata(envelope.OpenedBy, envelope.Metadata?.Name, envelope.Metadata?.Modified?.ToUtc());
        }
        catch (Exception failure) when (DiskFailure.IsKnown(failure))
        {
            throw DiskFailure.WhileReading(path, failure);
        }
    }
}
