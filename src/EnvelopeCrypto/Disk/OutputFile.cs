using EnvelopeCrypto.Body;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>
/// A file that appears whole, under its final name, or not at all. It is written to a temporary file in the same folder; disposing
/// it without <see cref="Publish"/> leaves nothing.
/// </summary>
internal sealed class OutputFile : WriteOnlyStream, IPositionedOutput
{
    private const int NotPermitted = 1; // EPERM

    private readonly FileSystem _files;
    private readonly TemporaryFile _temporary;
    private readonly string _path;
    private readonly bool _replace;
    private long _position;
    private long _reserved;
    private bool _published;
    private bool _disposed;

    private OutputFile(FileSystem files, TemporaryFile temporary, string path, bool replace)
    {
        _files = files;
        _temporary = temporary;
        _path = path;
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

    /// <exception cref="EnvelopeException">DestinationExists, OutputFailed, NameTooLong, DiskFull.</exception>
    public static OutputFile Create(FileSystem files, string path, bool replace)
    {
        try
        {
            RequireFree(path, replace);
            var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? throw NeverReplaced(path);
            return new OutputFile(files, files.CreateTemporary(folder), path, replace);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Writing(path, failure);
        }
    }

    /// <summary>That the name is free, or what has it may be replaced, as it is now; <see cref="Publish"/> looks again.</summary>
    /// <exception cref="EnvelopeException">DestinationExists; OutputFailed, for what is never replaced too; NameTooLong.</exception>
    public static void RequireFree(string path, bool replace)
    {
        try
        {
            if (FileStatus.Of(path) is { Kind: not FileKind.Regular })
                throw NeverReplaced(path);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Writing(path, failure);
        }
        if (!replace && System.IO.Path.Exists(path))
            throw Exists(path);
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
            throw DiskFailure.Writing(_path, failure);
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
            throw Exists(_path);
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
            if (modified is { } time)
                SetTime(time);
            if (flush)
                _files.Flush(Handle);
            beforeNaming?.Invoke();
            _published = _files.Publish(_temporary, _path, replace);
            if (!_published)
                return;
            // Until it has its final name it is the owner's alone, whatever kills us in between. By now it is whole, whatever its access;
            // where that cannot be set, it stays the owner's alone.
            if (mode is { } wanted)
                TryToSet(() => _files.SetMode(Handle, wanted));
            if (flush)
                _files.FlushFolder(_temporary.Folder);
        });
        return _published;
    }

    // A share that lets nobody set a time keeps the bytes all the same.
    private void SetTime(FileTime time)
    {
        try
        {
            _files.SetModified(Handle, time);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException { HResult: NotPermitted })
        {
            // The file is whole without.
        }
    }

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
        Handle.Dispose();
        if (!_published && _temporary.Path is { } path)
            _files.TryDelete(path);
        base.Dispose(disposing);
    }

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
            throw DiskFailure.Writing(_path, failure);
        }
    }
}
