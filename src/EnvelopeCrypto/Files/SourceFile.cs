using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Files;

/// <summary>A regular file that is open for reading, with what the file system said of it when it was opened.</summary>
internal sealed class SourceFile : IDisposable
{
    private const int TornReads = 5;
    private static readonly TimeSpan TornReadPause = TimeSpan.FromMilliseconds(20);

    private readonly SafeFileHandle _handle;

    private SourceFile(FileSystem files, string path, SafeFileHandle handle, FileStatus status)
    {
        _handle = handle;
        Path = path;
        Status = status;
        Stream = new SourceStream(files, path, handle);
    }

    public string Path { get; }

    public FileStatus Status { get; }

    /// <summary>For calls to the file system alone.</summary>
    public SafeFileHandle Handle => _handle;

    /// <summary>Unbuffered; from the start.</summary>
    public SourceStream Stream { get; }

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
                return new SourceFile(files, path, handle, status);
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
    public async ValueTask<EnvelopeHeader> ReadHeaderAsync(CancellationToken cancellationToken, ForkedSlot? believed = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return EnvelopeHeader.Read(Stream, believed);
            }
            catch (EnvelopeException failure)
                when (failure.Error == EnvelopeError.RecipientsDamaged && attempt < TornReads && HasTwoSlots())
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
        var read = Stream.Read(front);
        Stream.Position = 0;
        return read == front.Length && FixedPart.HasMagic(front);
    }

    /// <exception cref="EnvelopeException">SourceChanged: what was read may be a mixture of two states.</exception>
    public void RequireUnchanged(long bytesRead)
    {
        if (bytesRead != Status.Length || !IsUnchanged())
            throw Changed();
    }

    /// <summary>
    /// Whether it is as it was when it was opened, as far as the system tells. By its name too: what vanished or was replaced
    /// is no backup of what is there.
    /// </summary>
    public bool IsUnchanged() =>
        FileStatus.Of(_handle, Path).IsUnchangedSince(Status) && FileStatus.Of(Path)?.IsUnchangedSince(Status) == true;

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
        new EnvelopeException(
            EnvelopeError.SourceChanged,
            "it changed while it was read; no whole envelope was written. Try again, or read from a snapshot.").About(Path);

    /// <exception cref="EnvelopeException">SourceChanged: another file, or none, has its name now.</exception>
    public void RequireInPlace() => RequireSame(FileStatus.Of(Path));

    /// <summary>
    /// That the name is still this file's, whatever was written to it: another envelope there would have kept its own recipients.
    /// </summary>
    /// <exception cref="EnvelopeException">SourceChanged.</exception>
    public void RequireNamed()
    {
        var hasIdentity = (Status.Volume, Status.Number) != (0, 0);
        if (hasIdentity && FileStatus.Of(Path)?.IsSameFileAs(Status) != true)
        {
            throw new EnvelopeException(
                EnvelopeError.SourceChanged, "another file took its name meanwhile, and has recipients of its own. Try again.");
        }
    }

    /// <exception cref="EnvelopeException">SourceChanged: the handle is another file's.</exception>
    public void RequireSame(SafeFileHandle handle) => RequireSame(FileStatus.Of(handle, Path));

    /// <summary>Gives an output that takes its place the same owner, group and extended attributes, as far as this user may.</summary>
    public void KeepOwner(FileSystem files, OutputFile output)
    {
        files.CopyOwner(_handle, output.Handle);
        files.CopyAttributes(_handle, output.Handle, ofAccess: false);
    }

    /// <summary>Gives an output that takes its place the same access control list.</summary>
    public void KeepAccess(FileSystem files, OutputFile output) => files.CopyAttributes(_handle, output.Handle, ofAccess: true);

    /// <exception cref="EnvelopeException">DestinationIsSource; NameTooLong, OutputFailed when it cannot be looked up.</exception>
    public void RequireOther(string destination)
    {
        try
        {
            var samePath = string.Equals(
                System.IO.Path.GetFullPath(Path), System.IO.Path.GetFullPath(destination), StringComparison.Ordinal);
            if (samePath || (FileStatus.Of(destination) is { } other && other.IsSameFileAs(Status)))
                throw new EnvelopeException(EnvelopeError.DestinationIsSource, "input and output are the same file.").About(destination);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Writing(destination, failure);
        }
    }

    public void Dispose() => Stream.Dispose();

    private void RequireSame(FileStatus? now)
    {
        if (now is not { } status || !status.IsUnchangedSince(Status))
        {
            throw new EnvelopeException(
                EnvelopeError.SourceChanged, "it was replaced or changed meanwhile; nothing was written. Try again.").About(Path);
        }
    }

    // A single slot is never written where it stands, so that it cannot be met half-way.
    private bool HasTwoSlots()
    {
        Span<byte> slotCount = stackalloc byte[1];
        Stream.Position = FixedPart.SlotCountOffset;
        return Stream.Read(slotCount) == 1 && slotCount[0] == 2;
    }

    private static void RequireRegular(string path, FileStatus status)
    {
        if (status.Kind == FileKind.Regular)
            return;
        throw new EnvelopeException(EnvelopeError.SourceNotAFile, status.Kind == FileKind.Folder
            ? "it is a directory."
            : "it is a pipe, socket or device; only regular files are read.").About(path);
    }
}
