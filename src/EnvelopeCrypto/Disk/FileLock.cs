using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>
/// A lock between processes and threads: an empty file that one of them has locked. The system frees it when its holder dies.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(20);
    private const int MostUnmade = 10;

    private readonly FileSystem _files;
    private readonly Folder _folder;
    private readonly string _name;
    private readonly SafeFileHandle _file;
    private readonly bool _keepsName;
    private bool _disposed;

    private FileLock(FileSystem files, Folder folder, string name, SafeFileHandle file, bool keepsName)
    {
        _files = files;
        _folder = folder;
        _name = name;
        _file = file;
        _keepsName = keepsName;
    }

    /// <summary>Takes the lock, trying again until <paramref name="patience"/> is over; null when another holds it still.</summary>
    /// <exception cref="EnvelopeException">LocksUnavailable: this file system has none.</exception>
    /// <exception cref="UnusableNameException">The file system takes no file of that name.</exception>
    /// <exception cref="IOException">The lock file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public static async ValueTask<FileLock?> AcquireAsync(
        FilePlace place,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken cancellationToken,
        FileSystem? files = null,
        TimeSpan? retryAfter = null,
        bool keepsName = false)
    {
        files ??= FileSystem.Default;
        var start = time.GetTimestamp();
        var unmade = 0;
        while (true)
        {
            try
            {
                if (TryAcquire(files, place, keepsName) is { } held)
                    return held;
            }
            catch (FileNotFoundException) when (++unmade < MostUnmade)
            {
                // Its holder has just removed it, in the moment between the two looks.
            }
            catch (FileNotFoundException)
            {
                throw new UnusableNameException(place.Path, UnusableNameException.NotTaken);
            }
            if (time.GetElapsedTime(start) >= patience)
                return null;
            await Task.Delay(retryAfter ?? RetryAfter, time, cancellationToken);
        }
    }

    /// <summary>
    /// What to say of a lock that another user's run holds, with a blank before it. That run can have been killed, and this user may not
    /// open what it left: so only a person can tell whether it is still at work.
    /// </summary>
    public static string WhenOfAnotherUser(string path) => FileOwner.AnotherUser(FileSystem.Default.StatusOf(path)) is { } user
        ? $" The lock file belongs to the user with the number {user}: if no run of that user is at work, remove it."
        : "";

    /// <summary>Whether the name is still this lock's: somebody can remove the file, and another then holds one of its own.</summary>
    public bool HasItsName()
    {
        var mine = _files.Status(_file, _folder.PathOf(_name));
        return !OperatingSystem.IsLinux() // Windows keeps the name of an open file; elsewhere a file cannot be told from its successor
            || _files.Status(_folder, _name, current: true)?.IsSameFileAs(mine) == true;
    }

    public void Dispose()
    {
        if (_disposed)
            return; // the name can be the next holder's by now
        _disposed = true;
        TryRelease();
        _file.Dispose();
        _folder.Dispose();
    }

    private static FileLock? TryAcquire(FileSystem files, FilePlace place, bool keepsName)
    {
        var folder = place.OpenFolder(files);
        try
        {
            if (TryOpen(files, folder, place.Name, keepsName, out var isNew) is not { } file)
            {
                folder.Dispose();
                return null;
            }
            var held = new FileLock(files, folder, place.Name, file, keepsName);
            try
            {
                if (held.TryTake(isNew))
                    return held;
            }
            catch
            {
                file.Dispose();
                throw;
            }
            file.Dispose();
            folder.Dispose();
            return null;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static SafeFileHandle? TryOpen(FileSystem files, Folder folder, string name, bool keepsName, out bool isNew)
    {
        isNew = false;
        try
        {
            // Others may be able to write the folder: what stands there is looked at first, and no link is followed when it is opened.
            var there = files.Status(folder, name);
            if (there is { } status && (status.Kind != FileKind.Regular || status.Length > 0))
                throw InTheWay(folder, name);
            isNew = there is null;
            return files.OpenLock(folder, name, keepsName);
        }
        catch (LinkInTheWayException)
        {
            throw InTheWay(folder, name);
        }
        catch (FileNotFoundException) when (!isNew)
        {
            return null; // a share remembered the lock that its holder has just removed
        }
        catch (IOException failure) when (DiskFailure.IsInUse(failure))
        {
            return null;
        }
        catch (UnauthorizedAccessException) when (files.Status(folder, name) is not null)
        {
            return null; // another user's, who may be at work; only its owner could ask
        }
    }

    private bool TryTake(bool isNew)
    {
        switch (_files.TryLock(_file))
        {
            case LockState.Held:
                return false;
            case LockState.Unavailable:
                if (isNew && HasItsName())
                    TryRelease(); // without locks, no later run can tell that it is free
                throw new EnvelopeException(
                    EnvelopeError.LocksUnavailable,
                    "its file system has no file locks, and without one two runs could destroy each other's work; mount it with locks.")
                    .About(_folder.PathOf(_name));
        }
        // The one before us may have deleted the name after we opened the file: then we hold a lock that no other run sees.
        if (!HasItsName())
            return false;
        // A lock file of ours is empty: what another program keeps under that name must not be deleted in the end.
        var status = _files.Status(_file, _folder.PathOf(_name));
        return status is { Kind: FileKind.Regular, Length: 0 } ? true : throw InTheWay(_folder, _name);
    }

    private void TryRelease()
    {
        try
        {
            // The name goes while the lock is held, or it could be the next holder's.
            if (!_keepsName)
                _files.ReleaseLock(_folder, _name);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            // An empty file stays, and what was done under the lock is done.
        }
    }

    private static LockInTheWayException InTheWay(Folder folder, string name) => new(folder.PathOf(name));
}
