using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>
/// What the engine reads and changes in the file system, one method each, so that tests can make each of them fail. Failures are
/// those of .NET; <see cref="DiskFailure"/> gives them their error ids.
/// </summary>
internal class FileSystem
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static FileSystem Default { get; } = new();

    /// <summary>Opens a file to read; others may go on reading, renaming and, as we check afterwards, writing.</summary>
    public virtual SafeFileHandle OpenRead(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);

    /// <summary>Opens a file to change it in place; readers can go on, and on Windows no other writer.</summary>
    public virtual SafeFileHandle OpenWrite(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);

    /// <summary>
    /// Makes an open handle the only one that holds the file, by whatever of its names, until it is closed; false when another does. On
    /// Windows opening it was enough; macOS is not asked.
    /// </summary>
    public virtual bool TryHold(SafeFileHandle file) => !OperatingSystem.IsLinux() || LinuxLock.TryTake(file);

    /// <summary>Reads at that place; 0 only past the end.</summary>
    public virtual int Read(SafeFileHandle file, long offset, Span<byte> buffer) => RandomAccess.Read(file, buffer, offset);

    /// <summary>Opens a lock file, made when it is missing, for this process alone.</summary>
    public virtual FileStream OpenLock(string path, FileStreamOptions options) => new(path, options);

    /// <summary>A new file in the folder of its final name, so that naming it is one step.</summary>
    public virtual TemporaryFile CreateTemporary(string folder)
    {
        if (OperatingSystem.IsLinux() && LinuxCalls.TryCreateUnnamed(folder) is { } unnamed)
            return new TemporaryFile(unnamed, folder, Path: null);
        var path = TemporaryFile.NewPath(folder);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new TemporaryFile(new FileStream(path, options).SafeFileHandle, folder, path);
    }

    /// <summary>Removes a temporary file if the process that made it is gone; false when it lives.</summary>
    public virtual bool TryDeleteDead(string path)
    {
        try
        {
            // Opening a pipe would wait for ever, opening a link would ask about another file.
            if (FileStatus.Of(path, followLinks: false) is not { Kind: FileKind.Regular } status)
                return false;
            // Our locks are empty: one that holds something is somebody else's. Where they are kept, or delete themselves, none is dead.
            if (TemporaryFile.IsLockName(Path.GetFileName(path)) && (status.Length > 0 || !OperatingSystem.IsLinux()))
                return false;
            // Whoever writes one holds it open, and shares it only for deletion; on Unix that is an advisory lock, freed at death.
            using var alone = OpenLock(
                path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.None, BufferSize = 0 });
            // The lock that we have opened may be gone by now, and its name that of the next holder's.
            if (FileStatus.Of(path, followLinks: false) is not { } named
                || !named.IsUnchangedSince(FileStatus.Of(alone.SafeFileHandle, path)))
            {
                return false;
            }
            Delete(path);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Makes a folder and those above it.</summary>
    public virtual void CreateFolder(string path) => Directory.CreateDirectory(path);

    /// <summary>Takes the room for a file before it is written, where the file system can.</summary>
    public virtual void Reserve(SafeFileHandle file, long length)
    {
        if (!OperatingSystem.IsLinux() || !LinuxCalls.TryReserve(file, length))
            RandomAccess.SetLength(file, length);
    }

    public virtual void SetLength(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    public virtual void Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(file, bytes, offset);

    /// <summary>Flushes a file's bytes to the disk.</summary>
    public virtual void Flush(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    /// <summary>
    /// Lets the system forget what it holds of a flushed file in memory, so that the next read comes from the disk. Linux only.
    /// </summary>
    public virtual void Forget(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
            LinuxCalls.Forget(file);
    }

    /// <summary>Sets the time of the last write: to the nanosecond where we can, for a time rounded down is another.</summary>
    public virtual void SetModified(SafeFileHandle file, FileTime modified)
    {
        if (!OperatingSystem.IsLinux() || !LinuxCalls.TrySetModified(file, modified))
            File.SetLastWriteTimeUtc(file, modified.ToUtc());
    }

    public virtual void SetMode(SafeFileHandle file, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, mode);
    }

    /// <summary>Gives a file the owner and group of another, as far as this user may: only root can give a file away. Linux only.</summary>
    public virtual void CopyOwner(SafeFileHandle from, SafeFileHandle to) => FileOwner.Copy(from, to);

    /// <summary>
    /// Gives one file the extended attributes of another: those that say who may do what, or all others, as far as this user may. Linux
    /// only; on Windows the file that is replaced leaves its access control list behind.
    /// </summary>
    public virtual void CopyAttributes(SafeFileHandle from, SafeFileHandle to, bool ofAccess) =>
        ExtendedAttributes.Copy(from, to, ofAccess);

    /// <summary>Sets Windows' attributes of a file that has its name already.</summary>
    public virtual void SetAttributes(string path, FileAttributes attributes) => File.SetAttributes(path, attributes);

    /// <summary>Gives a temporary file its final name in one step; closes it.</summary>
    /// <returns>False when the name is taken and must not be replaced; the temporary file stands then as before.</returns>
    public virtual bool Publish(TemporaryFile file, string path, bool replace)
    {
        var named = file.Path;
        if (named is null && OperatingSystem.IsLinux())
        {
            if (LinuxCalls.TryName(file.Handle, path))
                return true;
            if (!replace)
                return false;
            named = NameTemporarily(file);
        }
        return Rename(named!, path, replace);
    }

    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>
    /// Deletes that very file: its folder is looked up once, so that no link put in a folder's place makes it another. False, and
    /// nothing is deleted, when another file, or this one changed, has the name.
    /// </summary>
    /// <param name="path">Its name.</param>
    /// <param name="known">What it was.</param>
    public virtual bool Remove(string path, FileStatus known)
    {
        if (OperatingSystem.IsLinux() && LinuxCalls.TryRemove(path, known, out var removed))
            return removed;
        if (OperatingSystem.IsWindows())
            return WindowsCalls.Remove(path, known);
        if (FileStatus.Of(path, followLinks: false)?.IsUnchangedSince(known) != true)
            return false;
        File.Delete(path);
        return true;
    }

    /// <summary>Deletes a temporary file. A failure leaves it to the next run, and does not hide what went wrong before.</summary>
    public void TryDelete(string path)
    {
        try
        {
            Delete(path);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            // There is nothing that the caller could do.
        }
    }

    /// <summary>Flushes a folder's entries to the disk; Windows does that by itself.</summary>
    public virtual void FlushFolder(string folder)
    {
        if (OperatingSystem.IsLinux())
            LinuxCalls.FlushFolder(folder);
    }

    private static string NameTemporarily(TemporaryFile file)
    {
        while (true)
        {
            var path = TemporaryFile.NewPath(file.Folder);
            if (OperatingSystem.IsLinux() && LinuxCalls.TryName(file.Handle, path))
                return path;
        }
    }

    private bool Rename(string from, string path, bool replace)
    {
        try
        {
            // File.Move looks first and renames then: what appeared in between would be gone.
            if (!replace && OperatingSystem.IsLinux() && LinuxCalls.TryLink(from, path) is { } isFree)
            {
                if (isFree)
                    TryDelete(from);
                return isFree;
            }
            // On Windows only Replace keeps the access control list of the file that goes.
            if (replace && OperatingSystem.IsWindows() && File.Exists(path))
                File.Replace(from, path, destinationBackupFileName: null);
            else
                File.Move(from, path, replace);
            return true;
        }
        catch (IOException) when (!replace && Path.Exists(path))
        {
            return false;
        }
        catch
        {
            TryDelete(from);
            throw;
        }
    }
}
