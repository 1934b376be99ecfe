using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Files;

/// <summary>A regular file that is open for reading, with what the file system said of it when it was opened.</summary>
internal sealed class SourceFile : IDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileSystem _files;
    private readonly Folder _folder;
    private readonly FilePlace _place;
    private readonly SafeFileHandle _handle;

    private SourceFile(FileSystem files, FilePlace place, Folder folder, SafeFileHandle handle, FileStatus status)
    {
        _files = files;
        _folder = folder;
        _place = place;
        _handle = handle;
        Status = status;
        Stream = new SourceStream(files, place.Path, handle);
    }

    public string Path => _place.Path;

    public FilePlace Place => _place;

    /// <summary>Its folder, open until it is disposed.</summary>
    public Folder Folder => _folder;

    public FileStatus Status { get; private set; }

    /// <summary>For calls to the file system alone.</summary>
    public SafeFileHandle Handle => _handle;

    /// <summary>Unbuffered; from the start.</summary>
    public SourceStream Stream { get; }

    /// <exception cref="EnvelopeException">
    /// SourceNotFound, SourceUnreadable, SourceInUse, SourceNotAFile, LinkInTheWay, NameTooLong.
    /// </exception>
    public static SourceFile Open(FileSystem files, FilePlace place)
    {
        Folder? folder = null;
        SafeFileHandle? handle = null;
        try
        {
            folder = place.OpenFolder(files);
            handle = Open(files, folder, place);
            var status = files.Status(handle, place.Path);
            RequireRegular(place, status);
            return new SourceFile(files, place, folder, handle, status);
        }
        catch (Exception failure)
        {
            handle?.Dispose();
            folder?.Dispose();
            if (DiskFailure.Is(failure))
                throw DiskFailure.Reading(place.Path, failure);
            throw;
        }
    }

    // Another run can be replacing the file.
    private static SafeFileHandle Open(FileSystem files, Folder folder, FilePlace place)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // The kind is asked before opening: to open a device can do something.
                RequireRegular(place, files.Status(folder, place.Name, place.FollowsLink) ?? throw new FileNotFoundException());
                return files.OpenRead(folder, place.Name, place.FollowsLink);
            }
            catch (FileNotFoundException) when (attempt < Attempts && files.ReplacesInSteps(folder))
            {
                Thread.Sleep(Pause);
            }
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
                when (failure.Error == EnvelopeError.RecipientsDamaged && attempt < Attempts && HasTwoSlots())
            {
                await Task.Delay(Pause, cancellationToken);
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
    /// is not a backup of what is there.
    /// </summary>
    public bool IsUnchanged() =>
        _files.Status(_handle, Path).IsUnchangedSince(Status) && Named()?.IsUnchangedSince(Status) == true;

    /// <summary>What has its name now; null for nothing.</summary>
    public FileStatus? Named() => _files.Status(_folder, _place.Name, _place.FollowsLink, current: true);

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
    public void RequireInPlace() => RequireSame(Named());

    /// <summary>
    /// That the name is still this file's, whatever was written to it: another envelope there would have kept its own recipients.
    /// </summary>
    /// <exception cref="EnvelopeException">SourceChanged.</exception>
    public void RequireNamed()
    {
        var hasIdentity = (Status.Volume, Status.Number) != (0, 0);
        if (hasIdentity && Named()?.IsSameFileAs(Status) != true)
        {
            throw new EnvelopeException(
                EnvelopeError.SourceChanged, "another file took its name meanwhile, and has recipients of its own. Try again.");
        }
    }

    /// <summary>
    /// That a handle to write is this file's. An overlay copies a file when it is first opened to write, which gives it another identity or
    /// time of last change: then the name must be the handle's, and length, last write and the whole header as they were. That status
    /// counts from then on.
    /// </summary>
    /// <exception cref="EnvelopeException">SourceChanged: the handle is another file's.</exception>
    public void RequireSame(SafeFileHandle handle, EnvelopeHeader header)
    {
        var now = _files.Status(handle, Path);
        if (now.IsUnchangedSince(Status))
            return;
        var bytes = new byte[header.Bytes.Length];
        var isCopy = now.Length == Status.Length && now.Modified == Status.Modified
            && Named()?.IsUnchangedSince(now) == true
            && _files.Read(handle, 0, bytes) == bytes.Length && bytes.AsSpan().SequenceEqual(header.Bytes.Span);
        if (!isCopy)
            RequireSame(now);
        Status = now;
    }

    /// <summary>Gives an output that takes its place the same owner, group and extended attributes, as far as this user may.</summary>
    public void KeepOwner(FileSystem files, OutputFile output)
    {
        files.CopyOwner(_handle, output.Handle);
        files.CopyAttributes(_handle, output.Handle, ofAccess: false);
    }

    /// <summary>Gives an output that takes its place the same access control list.</summary>
    public void KeepAccess(FileSystem files, OutputFile output) => files.CopyAttributes(_handle, output.Handle, ofAccess: true);

    /// <summary>That an output has another path. By which other name it may be this file, <see cref="OutputFile"/> looks.</summary>
    /// <exception cref="EnvelopeException">DestinationIsSource; OutputFailed: it is no path.</exception>
    public void RequireOther(FilePlace destination)
    {
        try
        {
            if (string.Equals(_place.FullPath, destination.FullPath, StringComparison.Ordinal))
                throw OutputFile.IsSource(destination.Path);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Writing(destination.Path, failure);
        }
    }

    public void Dispose()
    {
        Stream.Dispose();
        _folder.Dispose();
    }

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

    private static void RequireRegular(FilePlace place, FileStatus status)
    {
        if (status.Kind == FileKind.Regular)
            return;
        throw status.Kind switch
        {
            FileKind.Folder => new EnvelopeException(EnvelopeError.SourceNotAFile, "this is a folder.").About(place.Path),
            FileKind.SymbolicLink => DiskFailure.Reading(place.Path, new LinkInTheWayException(place.Path)),
            _ => new EnvelopeException(
                EnvelopeError.SourceNotAFile, "it is a pipe, socket or device; only regular files are read.").About(place.Path),
        };
    }
}
