using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>
/// Everything that the engine asks of the file system, one method each, so that a test can make each of them fail. Files are named by
/// an open folder and a name in it. Failures are those of .NET; <see cref="DiskFailure"/> gives them their error ids.
/// </summary>
internal abstract class FileSystem
{
    /// <summary>This machine's.</summary>
    public static FileSystem Default { get; } =
        OperatingSystem.IsLinux() ? new LinuxFileSystem() : OperatingSystem.IsWindows() ? new WindowsFileSystem() : new PathFileSystem();

    /// <summary>Opens a folder that the user named: links on the way are followed.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public abstract Folder OpenFolder(string path);

    /// <summary>Opens a folder below an open one. No link is followed.</summary>
    /// <param name="root">Where to begin.</param>
    /// <param name="relative">The path from there; <c>.</c> for the folder itself.</param>
    /// <exception cref="LinkInTheWayException">A part of the path is a link.</exception>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public abstract Folder OpenFolder(Folder root, string relative);

    /// <summary>Makes a folder that the user named, and those above it.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="mode">The mode of those that are made; null for what the umask leaves.</param>
    /// <returns>How many were made.</returns>
    public abstract int CreateFolder(string path, UnixFileMode? mode);

    /// <summary>Makes a folder below an open one, and those between. No link is followed.</summary>
    /// <param name="root">Where to begin.</param>
    /// <param name="relative">The path from there.</param>
    /// <param name="mode">The mode of those that are made; null for what the umask leaves.</param>
    /// <returns>How many were made.</returns>
    /// <exception cref="LinkInTheWayException">A part of the path is a link.</exception>
    public abstract int CreateFolder(Folder root, string relative, UnixFileMode? mode);

    /// <summary>The names in a folder, read as they are asked for: there can be millions.</summary>
    public abstract IEnumerable<FolderEntry> List(Folder folder);

    /// <summary>Flushes a folder's entries to the disk; Windows does that by itself.</summary>
    public abstract void FlushFolder(Folder folder);

    /// <summary>What has a name; null for nothing.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="name">Its name; <c>.</c> for the folder itself.</param>
    /// <param name="followLink">Whether a link is what it leads to.</param>
    /// <param name="current">Whether a share is asked, whatever this machine remembers: needed to compare with what a handle says.</param>
    public abstract FileStatus? Status(Folder folder, string name, bool followLink = false, bool current = false);

    /// <summary>What a handle holds open, asked of the file system itself and not of what it remembers.</summary>
    public abstract FileStatus Status(SafeFileHandle file, string path);

    /// <summary>
    /// Opens a file to read, without a lock; others may read, rename and, as we check afterwards, write. A pipe does not block.
    /// </summary>
    public abstract SafeFileHandle OpenRead(Folder folder, string name, bool followLink = false);

    /// <summary>Opens a file to change it in place; readers can go on, and on Windows no other writer.</summary>
    public abstract SafeFileHandle OpenWrite(Folder folder, string name, bool followLink = false);

    /// <summary>Opens a file to append to it while others have it open to do the same: by turns, as a lock of theirs decides.</summary>
    public abstract SafeFileHandle OpenShared(Folder folder, string name);

    /// <summary>Opens a file only to flush it. On Windows that wants a handle to write, of a read-only file too.</summary>
    public abstract SafeFileHandle OpenToFlush(Folder folder, string name, bool followLink = false);

    /// <summary>Opens a lock file, which is made for its owner alone when it is missing. No link is followed.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="name">Its name.</param>
    /// <param name="keepsName">Whether the file stays when it is closed.</param>
    public abstract SafeFileHandle OpenLock(Folder folder, string name, bool keepsName);

    /// <summary>Locks a file until its handle is closed. On Windows opening it was enough.</summary>
    /// <param name="file">Open to write.</param>
    /// <param name="shared">
    /// Whether others may hold it so too: as the owner of a temporary file does, which gets its final name while it is open, and other
    /// programs then may read.
    /// </param>
    public abstract LockState TryLock(SafeFileHandle file, bool shared = false);

    /// <summary>Whether locks are seen by other machines that have the same file system open.</summary>
    public abstract bool SharesLocks(SafeFileHandle file);

    /// <summary>
    /// Makes an open handle the only one that holds the file to write, by whatever of its names, until it is closed; false when another
    /// does. Readers go on.
    /// </summary>
    public abstract bool TryHold(SafeFileHandle file);

    /// <summary>Removes the name of a lock that is held, where it does not go by itself; before the lock is closed.</summary>
    public abstract void ReleaseLock(Folder folder, string name);

    /// <summary>
    /// A new file, mode 0600, in the folder of its final name, so that naming it is one step. While it has a temporary name it is locked.
    /// </summary>
    public abstract TemporaryFile CreateTemporary(Folder folder);

    /// <summary>
    /// Gives a temporary file its final name in one step; in two on a file system of Windows that cannot replace a file which is open or
    /// read-only.
    /// </summary>
    /// <exception cref="UnfinishedReplacementException">Neither file has the name now, and both are there.</exception>
    /// <returns>False when the name is taken and must not be replaced; the temporary file stands then as before.</returns>
    public abstract bool Publish(TemporaryFile file, string name, bool replace);

    /// <summary>Gives a file another name in its folder; false when that is taken and must not be replaced.</summary>
    public abstract bool Rename(Folder folder, string from, string to, bool replace);

    public abstract void Delete(Folder folder, string name);

    /// <summary>Deletes an empty folder. False when something is in it, or something else has the name.</summary>
    public abstract bool TryRemoveFolder(Folder folder, string name);

    /// <summary>Deletes that very file. False, and nothing is deleted, when another file, or this one changed, has the name.</summary>
    public abstract bool Remove(Folder folder, string name, FileStatus known);

    public abstract long Length(SafeFileHandle file);

    /// <summary>Reads at that place; 0 only past the end.</summary>
    public abstract int Read(SafeFileHandle file, long offset, Span<byte> buffer);

    public abstract void Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes);

    public abstract void SetLength(SafeFileHandle file, long length);

    /// <summary>Takes the room for a file before it is written, where the file system can.</summary>
    public abstract void Reserve(SafeFileHandle file, long length);

    /// <summary>Flushes a file's bytes to the disk. A file system that has nothing to flush says so, and that is not a failure.</summary>
    public abstract void Flush(SafeFileHandle file);

    /// <summary>
    /// Flushes what other programs stored into a file that they have mapped into memory. It changes its time with the first store after a
    /// flush alone: without one, what they store later would not be noticed. Windows lets no mapped file be removed, and has nothing to do.
    /// </summary>
    /// <param name="file">Open to read.</param>
    public abstract void FlushStores(SafeFileHandle file);

    /// <summary>
    /// Asks what closing the file would answer: a share and a file system in a program send what is left then, and tell of a full or lost
    /// disk only there.
    /// </summary>
    public abstract void Settle(SafeFileHandle file);

    /// <summary>Whether a full or lost disk can be told of only at flush or close.</summary>
    public abstract bool TellsLate(SafeFileHandle file);

    /// <summary>
    /// Whether a name in a folder can be missing for a moment while its file is replaced: libfuse renames a file that somebody has open
    /// before it lets another take its name, and a share can do it in steps.
    /// </summary>
    public abstract bool ReplacesInSteps(Folder folder);

    /// <summary>
    /// Lets the system forget what it holds of a flushed file in memory, so that the next read comes from the disk. Linux only.
    /// </summary>
    /// <param name="file">Any handle of it.</param>
    /// <param name="offset">Where to begin. Pages are forgotten whole.</param>
    /// <param name="length">How many bytes; null: all that follow.</param>
    public abstract void Forget(SafeFileHandle file, long offset = 0, long? length = null);

    /// <summary>
    /// Sets the time of the last write, to the nanosecond where we can; the last access is left alone where that works. A time that the
    /// system cannot count to is left out: who must know looks at the status.
    /// </summary>
    /// <param name="file">Open for writing.</param>
    /// <param name="modified">The time.</param>
    /// <param name="keepsWhatItTakes">That its file system is known to, as those of this machine are: it is not asked again.</param>
    public abstract void SetModified(SafeFileHandle file, FileTime modified, bool keepsWhatItTakes = false);

    /// <summary>Not on Windows.</summary>
    public abstract void SetMode(SafeFileHandle file, UnixFileMode mode);

    /// <summary>Gives a file the owner and group of another, as far as this user may: only root can give a file away. Linux only.</summary>
    public abstract void CopyOwner(SafeFileHandle from, SafeFileHandle to);

    /// <summary>
    /// Gives one file the extended attributes of another: those that say who may do what, or all others, as far as this user may. On
    /// Windows these are its access control list, and its attributes. Nothing elsewhere.
    /// </summary>
    public abstract void CopyAttributes(SafeFileHandle from, SafeFileHandle to, bool ofAccess);

    /// <summary>Windows' attributes of a file, by a handle; null elsewhere.</summary>
    public abstract FileAttributes? Attributes(Folder folder, string name);

    /// <summary>Sets Windows' attributes of a file that has its name already. Nothing elsewhere.</summary>
    public abstract void SetAttributes(Folder folder, string name, FileAttributes attributes);

    /// <summary>The path of a file or folder behind all links.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    public abstract string RealPath(string path);

    /// <summary>What a path leads to, links followed; null for nothing, and where its folder is missing.</summary>
    public FileStatus? StatusOf(FilePlace place)
    {
        try
        {
            using var folder = place.OpenFolder(this);
            return Status(folder, place.Name, place.FollowsLink);
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Opens a file that the user named.</summary>
    public SafeFileHandle OpenRead(FilePlace place)
    {
        using var folder = place.OpenFolder(this);
        return OpenRead(folder, place.Name, place.FollowsLink);
    }

    /// <summary>Closes a temporary file and deletes its name. A failure leaves it to the next run.</summary>
    public void Discard(TemporaryFile file)
    {
        var isGone = file.Name is not { } name || TryDelete(file.Folder, name); // while it is locked
        file.Handle.Dispose();
        // FUSE renames an open file to delete it, and a full NTFS disk has no room for that.
        if (!isGone)
            TryDelete(file.Folder, file.Name!);
    }

    /// <summary>Deletes a temporary file; false when that fails, which does not hide what went wrong before.</summary>
    public bool TryDelete(Folder folder, string name)
    {
        try
        {
            Delete(folder, name);
            return true;
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            return false;
        }
    }
}
