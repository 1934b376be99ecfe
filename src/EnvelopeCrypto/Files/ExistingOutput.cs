using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Files;

/// <summary>Whether an output that exists still is what its source would give, as far as length and time tell; needs no key.</summary>
internal static class ExistingOutput
{
    /// <summary>
    /// Whether an envelope stands there that holds as many bytes as the source has, which is not newer. A rewrap gives an envelope a
    /// new time; then the time of encryption counts, or what changed between the two would be missed for good.
    /// </summary>
    public static bool IsEnvelopeOf(FileSystem files, FileStatus source, FilePlace destination)
    {
        if (files.StatusOf(destination) is not { Kind: FileKind.Regular } there || source.Modified.IsNewerThan(there.Modified))
            return false;
        try
        {
            using var file = new SourceStream(files, destination.Path, files.OpenRead(destination));
            Span<byte> front = stackalloc byte[FixedPart.Size];
            var layout = FixedPart.Parse(front[..file.ReadAtLeast(front, front.Length, throwOnEndOfStream: false)]);
            if (Cobblestone.PlaintextLength(there.Length - layout.BodyOffset) != source.Length)
                return false;
            if (!there.Modified.IsNewerThan(source.Modified))
                return true; // the usual case: nothing was rewrapped, and 24 bytes tell
            file.Position = 0;
            return source.Modified.Seconds < EnvelopeHeader.Read(file).Protected.IssuedAt;
        }
        catch (EnvelopeException)
        {
            return false; // no sound envelope: it is replaced
        }
    }

    /// <summary>Whether a file stands there that has as many bytes as the envelope holds, which is not newer.</summary>
    public static bool IsPlaintextOf(FileSystem files, EnvelopeHeader header, FileStatus envelope, FilePlace destination) =>
        files.StatusOf(destination) is { Kind: FileKind.Regular } there
        && !envelope.Modified.IsNewerThan(there.Modified)
        && Cobblestone.PlaintextLength(envelope.Length - header.Layout.BodyOffset) == there.Length;
}
