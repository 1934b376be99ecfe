using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Files;

/// <summary>A regular file that is open for reading, with what the file system said of it when it was opened.</summary>
internal sealed class SourceFile : IDisposable
{
    private const int TornReads = 5;
    private static readonly TimeSpan TornReadPause = TimeSpan.FromMilliseconds(20);

    private SourceFile(string path, SafeFileHandle handle, FileStatus status)
    {
        Path = path;
        Status = status;
        Stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
    }

    public string Path { get; }

    public FileStatus Status { get; }

    /// <summary>Unbuffered; from the start.</summary>
    public FileStream Stream { get; }

    /// <exception cref="EnvelopeException">SourceNotFound, SourceUnreadable, SourceInUse, SourceNotAFile, NameTooLong.</exception>
    public static SourceFile Open(FileSystem files, string path)
    {
        try
        {
            // The kind is asked before opening: to open a pipe can wait for ever, to open a device can do something.
            RequireRegular(path, FileStatus.Of(path) ?? throw new FileNotFoundException());
            var handle = files.OpenRead(path);
            try
            {
                var status = FileStatus.Of(handle, path);
                RequireRegular(path, status);
                return new SourceFile(path, handle, status);
            }
            catch
            {
                handle.Dispose();
                throw;
            }
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Reading(path, failure);
        }
    }

    /// <summary>Reads the header and leaves the stream at the body. Two slots that are both being written are read again.</summary>
    public async ValueTask<EnvelopeHeader> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return EnvelopeHeader.Read(Stream);
            }
            catch (EnvelopeException failure) when (failure.Error == EnvelopeError.RecipientsDamaged && attempt < TornReads)
            {
                await Task.Delay(TornReadPause, cancellationToken);
                Stream.Position = 0;
            }
        }
    }

    /// <summary>Whether the file begins as an envelope does.</summary>
    public bool IsEnvelope()
    {
        Span<byte> front = stackalloc byte[FixedPart.Magic.Length];
        return RandomAccess.Read(Stream.SafeFileHandle, front, 0) == front.Length && FixedPart.HasMagic(front);
    }

    /// <exception cref="EnvelopeException">SourceChanged: what was read may be a mixture of two states.</exception>
    public void RequireUnchanged(long bytesRead)
    {
        var now = FileStatus.Of(Stream.SafeFileHandle, Path);
        // By its name too: what vanished or was replaced meanwhile is no backup of what is there.
        if (bytesRead != Status.Length || !now.IsUnchangedSince(Status) || FileStatus.Of(Path)?.IsUnchangedSince(Status) != true)
            throw Changed();
    }

    /// <summary>Reports progress, and fails on more bytes than there were: who reads a file that grows as fast never ends.</summary>
    public Action<int> Watch(Action<int>? progress)
    {
        var bytesRead = 0L;
        return more =>
        {
            bytesRead += more;
            if (bytesRead > Status.Length)
                throw Changed();
            progress?.Invoke(more);
        };
    }

    private EnvelopeException Changed() =>
        new EnvelopeException(EnvelopeError.SourceChanged, "it changed while it was read; nothing was written. Try again, or read from a snapshot.").About(Path);

    /// <exception cref="EnvelopeException">DestinationIsSource.</exception>
    public void RequireOther(string destination)
    {
        var other = FileStatus.Of(destination);
        var samePath = string.Equals(System.IO.Path.GetFullPath(Path), System.IO.Path.GetFullPath(destination), StringComparison.Ordinal);
        if (samePath || (other is { } status && status.IsSameFileAs(Status)))
            throw new EnvelopeException(EnvelopeError.DestinationIsSource, "input and output are the same file.").About(destination);
    }

    public void Dispose() => Stream.Dispose();

    private static void RequireRegular(string path, FileStatus status)
    {
        if (status.Kind == FileKind.Regular)
            return;
        throw new EnvelopeException(EnvelopeError.SourceNotAFile, status.Kind == FileKind.Folder
            ? "it is a directory; give --recurse or -Recurse for what is in it."
            : "it is a pipe, socket or device; only regular files are read. A pipe can be given as '-'.").About(path);
    }
}
