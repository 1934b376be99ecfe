namespace EnvelopeCrypto.Disk;

/// <summary>
/// A file that is opened for one process alone. The system frees it when the process dies; closing it deletes it.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(20);

    private readonly FileSystem _files;
    private readonly FileStream _file;
    private bool _disposed;

    private FileLock(FileSystem files, FileStream file)
    {
        _files = files;
        _file = file;
    }

    /// <summary>Takes the lock, trying again until <paramref name="patience"/> is over; null when another holds it still.</summary>
    /// <exception cref="IOException">The lock file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public static async ValueTask<FileLock?> AcquireAsync(
        string path, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken, FileSystem? files = null)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            if (TryAcquire(files ?? FileSystem.Default, path) is { } held)
                return held;
            if (time.GetElapsedTime(start) >= patience)
                return null;
            await Task.Delay(RetryAfter, time, cancellationToken);
        }
    }

    /// <summary>
    /// What to say of a lock that was waited for in vain, when it is another user's; with a blank before it. His
    /// run can have been killed, and this user may not open what it left: so only a person can tell whether anybody holds it.
    /// </summary>
    public static string WhenOfAnotherUser(string path) => FileOwner.AnotherUser(path) is { } user
        ? $" The lock file belongs to the user with the number {user}: if no run of that user is at work, remove it."
        : "";

    public void Dispose()
    {
        if (_disposed)
            return; // the name can be the next holder's by now
        _disposed = true;
        // The name goes while the lock is held, or it could be the next holder's. Windows deletes by itself; other systems,
        // where we cannot tell a file from its successor, keep the empty file.
        try
        {
            if (OperatingSystem.IsLinux())
                _files.Delete(_file.Name);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            // An empty file stays, and what was done under the lock is done.
        }
        finally
        {
            _file.Dispose();
        }
    }

    private static FileLock? TryAcquire(FileSystem files, string path)
    {
        // Whoever can write the folder could have a file of ours made at the other end of a link.
        if (OperatingSystem.IsLinux() && FileStatus.Of(path, followLinks: false) is { Kind: not FileKind.Regular })
            throw new IOException($"'{path}' is in the way: it is no lock file.");
        // A lock file of ours is empty: what somebody else keeps under that name must not be deleted in the end.
        if (FileStatus.Of(path) is { Length: > 0 })
            throw new IOException($"'{path}' is in the way: it holds something, so it is no lock file.");
        FileStream file;
        try
        {
            file = files.OpenLock(path, Options());
        }
        catch (IOException failure) when (DiskFailure.IsInUse(failure))
        {
            return null;
        }
        catch (UnauthorizedAccessException) when (File.Exists(path))
        {
            return null; // another user's, who may be at work; whether he is, only its owner could ask
        }
        if (!OperatingSystem.IsLinux() || StillHasItsName(file, path))
            return new FileLock(files, file);
        file.Dispose();
        return null;
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (OperatingSystem.IsWindows())
            options.Options = FileOptions.DeleteOnClose;
        else
            options.UnixCreateMode = OwnerOnly;
        return options;
    }

    // The one before us may have deleted the name after we opened the file: then we hold a lock that nobody else sees.
    private static bool StillHasItsName(FileStream file, string path) =>
        FileStatus.Of(path) is { } named && named.IsSameFileAs(FileStatus.Of(file.SafeFileHandle, path));
}
