using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>Opens envelopes for what is sealed beside their data; the data itself is not read.</summary>
public sealed class MetadataOperation(KekSession session)
{
    /// <exception cref="EnvelopeException">Names the file and why it does not open.</exception>
    public async Task<SealedMetadata> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var input = SourceFile.Open(FileSystem.Default, path);
            var header = await input.ReadHeaderAsync(cancellationToken);
            using var envelope = await OpenedEnvelope.OpenAsync(
                input.Stream, header, header.Protected.Type, EncryptionContext.Empty, session, path, cancellationToken);
            return new SealedMetadata(envelope.OpenedBy, envelope.Metadata?.Name, envelope.Metadata?.Modified?.ToUtc());
        }
        catch (EnvelopeException failure)
        {
            throw failure.About(path);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Reading(path, failure);
        }
    }
}
