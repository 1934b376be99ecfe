using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Files;

/// <summary>Whether an output that exists still is what its source would give, as far as length and time tell; needs no key.</summary>
/// <param name="files">The file system.</param>
/// <param name="time">The clock that dates encryptions.</param>
/// <param name="mayTry">Whether a temporary file may be made to find out how its file system keeps times.</param>
internal sealed class ExistingOutput(FileSystem files, TimeProvider time, bool mayTry)
{
    private readonly TimeSteps _steps = new(files);

    /// <summary>
    /// Whether an envelope stands there that holds as many bytes as the source has, and has the source's time: any difference is a
    /// change, as a file that was moved in with an older time is one. A rewrap gives an envelope a new time, and some file systems keep
    /// none; then the source must be older than the encryption, whose own date must be over: a clock that was wrong tells nothing.
    /// </summary>
    /// <param name="source">The source.</param>
    /// <param name="destination">The output.</param>
    /// <param name="isCompared">
    /// Whether the two are compared byte by byte before anything is done: then a source of the very second of the encryption is old enough.
    /// </param>
    /// <param name="there">What stands there; null for nothing.</param>
    public bool IsEnvelopeOf(FileStatus source, FilePlace destination, bool isCompared, out FileStatus? there)
    {
        there = null;
        try
        {
            using var folder = destination.OpenFolder(files);
            there = files.Status(folder, destination.Name, destination.FollowsLink);
            if (there is not { Kind: FileKind.Regular } known)
                return false;
            using var file = new SourceStream(
                files, destination.Path, files.OpenRead(folder, destination.Name, destination.FollowsLink));
            Span<byte> front = stackalloc byte[FixedPart.Size];
            var layout = FixedPart.Parse(front[..file.ReadAtLeast(front, front.Length, throwOnEndOfStream: false)]);
            if (Cobblestone.PlaintextLength(known.Length - layout.BodyOffset) != source.Length)
                return false;
            if (TimeSteps.AreEqual(known.Modified, source.Modified) || IsLimit(known.Modified, source.Modified, folder))
                return true; // the usual case: nothing was rewrapped, and 24 bytes tell
            var steps = StepsOf(folder);
            if (steps.Any(step => TimeSteps.Kept(source.Modified, step) == known.Modified))
                return true;
            file.Position = 0;
            var header = EnvelopeHeader.Read(file);
            return (header.Generation > 1 || steps.Count == 0)
                && source.Modified.Seconds < header.Protected.IssuedAt + (isCompared ? 1 : 0)
                && header.Protected.IssuedAt <= time.GetUtcNow().ToUnixTimeSeconds();
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (EnvelopeException)
        {
            return false; // not a sound envelope: it is replaced
        }
    }

    /// <summary>Whether a file stands there that has as many bytes as the envelope holds, and is not older.</summary>
    public bool IsPlaintextOf(EnvelopeHeader header, FileStatus envelope, FilePlace destination)
    {
        try
        {
            using var folder = destination.OpenFolder(files);
            return files.Status(folder, destination.Name, destination.FollowsLink) is { Kind: FileKind.Regular } there
                && Cobblestone.PlaintextLength(envelope.Length - header.Layout.BodyOffset) == there.Length
                && (!envelope.Modified.IsNewerThan(there.Modified)
                    || IsLimit(there.Modified, envelope.Modified, folder)
                    || StepsOf(folder).Any(step => TimeSteps.Kept(envelope.Modified, step) == there.Modified));
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether a file stands there that has the length and the sealed time of an opened envelope. It tells what was restored before from
    /// what was not where a rewrap has made the envelope newer than both.
    /// </summary>
    public bool IsRestored(OpenedEnvelope envelope, FileStatus status, FilePlace destination)
    {
        if (envelope.Metadata?.Modified is not { } time)
            return false;
        try
        {
            using var folder = destination.OpenFolder(files);
            return files.Status(folder, destination.Name, destination.FollowsLink) is { Kind: FileKind.Regular } there
                && Cobblestone.PlaintextLength(status.Length - envelope.Header.Layout.BodyOffset) == there.Length
                && (TimeSteps.AreEqual(time, there.Modified)
                    || IsLimit(there.Modified, time, folder)
                    || StepsOf(folder).Any(step => TimeSteps.Kept(time, step) == there.Modified));
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }

    // Asked of the file system itself, since such a time can be a source's own: many packages date their files 1980-01-01.
    private bool IsLimit(FileTime kept, FileTime given, Folder folder) =>
        TimeSteps.IsLimit(kept, given) && (!mayTry || _steps.MakesOf(given, folder) == kept);

    // A preview makes no file: any step can be that of the file system then. Empty where no times are kept.
    private IReadOnlyList<long> StepsOf(Folder folder)
    {
        if (!mayTry)
            return TimeSteps.Known;
        return _steps.Of(folder) is { } step ? [step] : [];
    }
}
