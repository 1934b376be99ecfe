using EnvelopeCrypto.Primitives;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>
/// A file that appears whole, under its final name, or not at all. It is written to a temporary file in the same folder; disposing
/// it without <see cref="Publish"/> leaves nothing.
/// </summary>
internal sealed class OutputFile : WriteOnlyStream, IPositionedOutput
{
    private const int NotPermitted = 1, Invalid = 22, NotImplemented = 38, NotSupported = 95; // EPERM, EINVAL, ENOSYS, EOPNOTSUPP

    private readonly FileSystem _files;
    private readonly TemporaryFile _temporary;
    private readonly FilePlace _place;
    private readonly bool _replace;
    private long _position;
    private long _reserved;
    private bool _published;
    private bool _keepsTemporary;
    private bool _disposed;

    private OutputFile(FileSystem files, TemporaryFile temporary, FilePlace place, bool replace)
    {
        _files = files;
        _temporary = temporary;
        _place = place;
        _replace = replace;
    }

    public SafeFileHandle Handle => _temporary.Handle;

    public override bool CanWrite => !_disposed;

    public override long Length => _position;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>Its folder, open until it is disposed.</summary>
    public Folder Folder => _temporary.Folder;

    /// <summary>What its file system did not keep of what was set; null when it kept all.</summary>
    public string? NotKept { get; private set; }

    /// <param name="files">Its file system.</param>
    /// <param name="place">Where.</param>
    /// <param name="replace">Whether what has the name may be replaced.</param>
    /// <param name="source">The input, which is never replaced.</param>
    /// <exception cref="EnvelopeException">
    /// DestinationExists, DestinationIsSource, LinkInTheWay, OutputFailed, NameTooLong, DiskFull.
    /// </exception>
    public static OutputFile Create(FileSystem files, FilePlace place, bool replace, FileStatus? source = null)
    {
        Folder? folder = null;
        try
        {
            folder = place.OpenFolder(files);
            RequireFree(files, folder, place, replace, source);
            return new OutputFile(files, files.CreateTemporary(folder), place, replace);
        }
        catch (Exception failure)
        {
            folder?.Dispose();
            if (DiskFailure.Is(failure))
                throw DiskFailure.Writing(place.Path, failure);
            throw;
        }
    }

    /// <summary>That the name is free, or what has it may be replaced, as it is now; <see cref="Publish"/> looks again.</summary>
    /// <exception cref="EnvelopeException">
    /// DestinationExists; DestinationIsSource; LinkInTheWay; OutputFailed, for what is never replaced too; NameTooLong.
    /// </exception>
    public static void RequireFree(FileSystem files, FilePlace place, bool replace, FileStatus? source = null)
    {
        try
        {
            using var folder = place.OpenFolder(files);
            RequireFree(files, folder, place, replace, source);
        }
        catch (DirectoryNotFoundException)
        {
            // The name is as free as can be; whether the folder is made, the run decides.
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Writing(place.Path, failure);
        }
    }

    private static void RequireFree(FileSystem files, Folder folder, FilePlace place, bool replace, FileStatus? source)
    {
        // A link is replaced, not what it leads to; but one to a folder or pipe was never meant.
        var there = files.Status(folder, place.Name, place.FollowsLink);
        if (source is { } input && there?.IsSameFileAs(input) == true)
            throw IsSource(place.Path);
        if (place.Name == "." || there is { Kind: FileKind.Folder or FileKind.Special })
            throw NeverReplaced(place.Path);
        if (!replace && (there is not null || (place.FollowsLink && files.Status(folder, place.Name) is not null)))
            throw Exists(place.Path);
    }

    /// <summary>Takes the room for the whole file, so that a full disk is known before the work.</summary>
    /// <exception cref="EnvelopeException">DiskFull, OutputFailed.</exception>
    public void Reserve(long length) => Try(() =>
    {
        _files.Reserve(Handle, length);
        _reserved = length;
    });

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        WriteAt(_position, buffer);
        _position += buffer.Length;
    }

    public void MoveTo(long position) => _position = position;

    /// <exception cref="EnvelopeException">DiskFull, OutputFailed.</exception>
    public void WriteAt(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            _files.Write(Handle, offset, bytes);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Writing(_place.Path, failure);
        }
    }

    /// <summary>
    /// Gives the file its mode and what else says who may read it before it has its name: for what holds no secret, so that it is never met
    /// under its name closed to those who could read what it replaces.
    /// </summary>
    public void SetAccess(UnixFileMode? mode, Action more)
    {
        TryToSet(more);
        if (mode is { } wanted)
            TryToSet(() => _files.SetMode(Handle, wanted));
    }

    /// <summary>Gives the file its time, mode and final name.</summary>
    /// <param name="modified">Null: now.</param>
    /// <param name="mode">Null: it stays 0600. Not on Windows.</param>
    /// <param name="flush">Whether bytes and name must be on the disk when this returns.</param>
    /// <param name="beforeNaming">The last thing before it gets its name; may throw.</param>
    /// <exception cref="EnvelopeException">DestinationExists, DiskFull, OutputFailed.</exception>
    public void Publish(FileTime? modified, UnixFileMode? mode, bool flush, Action? beforeNaming = null)
    {
        if (!TryPublish(_replace, modified, mode, flush, beforeNaming))
            throw Exists(_place.Path);
    }

    /// <summary>The same, but for a name that is free alone; false when it is taken, and all is as before.</summary>
    /// <exception cref="EnvelopeException">DiskFull, OutputFailed.</exception>
    public bool TryPublishNew(FileTime? modified, UnixFileMode? mode, bool flush) => TryPublish(replace: false, modified, mode, flush);

    private bool TryPublish(bool replace, FileTime? modified, UnixFileMode? mode, bool flush, Action? beforeNaming = null)
    {
        Try(() =>
        {
            if (_reserved > _position)
                _files.SetLength(Handle, _position);
            // What the file system says at the end counts before the file has its name. What it sends only now would change the time.
            var tellsLate = _files.TellsLate(Handle);
            if (tellsLate)
                _files.Settle(Handle);
            if (modified is { } time)
                TryToSetTime(time, keepsWhatItTakes: !tellsLate);
            if (flush || tellsLate)
                _files.Flush(Handle);
            beforeNaming?.Invoke();
            _published = Name(replace);
            if (!_published)
                return;
            // Until it has its final name it is the owner's alone, whatever kills us in between. By now it is whole, whatever its access;
            // where that cannot be set, it stays the owner's alone.
            if (mode is { } wanted)
                TryToSet(() => _files.SetMode(Handle, wanted));
            if (modified is not null || mode is not null)
                TryToSet(() => LookAtWhatWasKept(modified, mode));
            if (flush)
                FlushName();
        });
        return _published;
    }

    // Whatever the disk says of the folder, the file has its name.
    private void FlushName()
    {
        try
        {
            _files.FlushFolder(Folder);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Confirming(_place.Path, failure);
        }
    }

    private bool Name(bool replace)
    {
        try
        {
            return _files.Publish(_temporary, _place.Name, replace);
        }
        catch (UnfinishedReplacementException)
        {
            _keepsTemporary = true;
            throw;
        }
    }

    // A share that lets no user set a time keeps the bytes all the same.
    private void TryToSetTime(FileTime time, bool keepsWhatItTakes)
    {
        try
        {
            _files.SetModified(Handle, time, keepsWhatItTakes);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException
            or IOException { HResult: NotPermitted or Invalid or NotImplemented or NotSupported })
        {
            // The last look tells.
        }
    }

    // What a file system took, it may not have kept.
    private void LookAtWhatWasKept(FileTime? modified, UnixFileMode? mode)
    {
        const long coarsestStep = 2; // seconds, of exFAT
        var kept = _files.Status(Handle, _place.Path);
        var time = modified is { } then && Math.Abs(kept.Modified.Seconds - then.Seconds) >= coarsestStep ? "the time of the last write" : null;
        var access = mode is { } wanted && kept.Mode is { } other && other != wanted ? $"the mode {Octal(wanted)}: it is {Octal(other)}" : null;
        if (time is not null || access is not null)
            NotKept = $"its file system did not keep {time}{(time is null || access is null ? "" : " and ")}{access}";
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');

    // A file system without modes or access control lists has none to keep.
    private static void TryToSet(Action step)
    {
        try
        {
            step();
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            // The file is whole without.
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (_disposed)
            return;
        _disposed = true;
        if (_published || _keepsTemporary)
            Handle.Dispose();
        else
            _files.Discard(_temporary);
        Folder.Dispose();
        base.Dispose(disposing);
    }

    public static EnvelopeException IsSource(string path) =>
        new EnvelopeException(EnvelopeError.DestinationIsSource, "input and output are the same file.").About(path);

    private static EnvelopeException Exists(string path) =>
        new EnvelopeException(EnvelopeError.DestinationExists, "it exists already.").About(path);

    private static EnvelopeException NeverReplaced(string path) => new EnvelopeException(
        EnvelopeError.OutputFailed, "a folder, pipe or device has that name, and is never replaced; give another name.").About(path);

    private void Try(Action step)
    {
        try
        {
            step();
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Writing(_place.Path, failure);
        }
    }
}
