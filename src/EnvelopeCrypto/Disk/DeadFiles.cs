using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>What runs left that were killed: temporary files, and the empty files of locks.</summary>
internal static class DeadFiles
{
    // Where no lock tells whether its owner lives, no run takes that long over one file, by the file system's own clock.
    private const long SecondsWithoutLocks = 7 * 24 * 3600;

    /// <summary>The names in a folder that are temporary ones or those of locks.</summary>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static IEnumerable<string> NamesIn(FileSystem files, Folder folder) => files.List(folder)
        .Select(entry => entry.Name)
        .Where(name => TemporaryFile.IsName(name) || TemporaryFile.IsLockName(name));

    /// <summary>
    /// Removes a temporary file or lock if the process that made it is gone; false when it lives, or when that is not known.
    /// </summary>
    public static bool TryRemove(FileSystem files, Folder folder, string name)
    {
        try
        {
            // Opening a pipe would wait for ever, opening a link would ask about another file.
            if (files.Status(folder, name) is not { Kind: FileKind.Regular } status)
                return false;
            // Our locks are empty: one that holds something is another program's. Where they are kept, or delete themselves, none is dead.
            var isLock = TemporaryFile.IsLockName(name);
            if (isLock && (status.Length > 0 || !OperatingSystem.IsLinux()))
                return false;
            using var file = OpenToLock(files, folder, name);
            var state = files.TryLock(file);
            if (state == LockState.Held)
                return false;
            var locksTell = state == LockState.Taken
                && (files.SharesLocks(file) || (!isLock && TemporaryFile.IsOfThisMachine(name)));
            if (!locksTell && !IsOld(files, folder, status))
                return false;
            // What was opened may be gone by now, and the name that of the next owner's.
            if (files.Status(folder, name, current: true)?.IsUnchangedSince(files.Status(file, folder.PathOf(name))) != true)
                return false;
            files.Delete(folder, name);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // A share can lock only what is open to write. What replaces a read-only envelope of Windows is read-only before it has its name.
    private static SafeFileHandle OpenToLock(FileSystem files, Folder folder, string name)
    {
        try
        {
            return files.OpenWrite(folder, name);
        }
        catch (UnauthorizedAccessException) when (files.Attributes(folder, name)?.HasFlag(FileAttributes.ReadOnly) == true)
        {
            return files.OpenToFlush(folder, name); // refused too while its owner has it open
        }
    }

    // A new file has the time of the file system, whose clock can be another machine's.
    private static bool IsOld(FileSystem files, Folder folder, FileStatus status)
    {
        var now = files.CreateTemporary(folder);
        try
        {
            return files.Status(now.Handle, folder.Path).Modified.Seconds - status.Modified.Seconds > SecondsWithoutLocks;
        }
        finally
        {
            files.Discard(now);
        }
    }
}
