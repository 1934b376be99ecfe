using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Files;

/// <summary>What goes into an envelope.</summary>
/// <param name="Type">A file or an exported KEK.</param>
/// <param name="Context">The encryption context.</param>
/// <param name="Metadata">What is sealed beside the data; null for nothing.</param>
/// <param name="Input">The plaintext, from where the stream stands to its end.</param>
/// <param name="Length">Its length as far as it is known; null for a pipe.</param>
internal sealed record EnvelopeContent(EnvelopeType Type, EncryptionContext Context, FileMetadata? Metadata, Stream Input, long? Length)
{
    /// <summary>
    /// Told how many bytes were read, when all were and a pipe still lacks the end of the body. What it throws leaves the pipe with
    /// something that no reader takes for whole. Null where nothing can be wrong with the input any more.
    /// </summary>
    public Action<long>? BeforeEnd { get; init; }
}
