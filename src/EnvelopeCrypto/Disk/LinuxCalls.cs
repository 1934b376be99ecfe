using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>What .NET has no word for on Linux: unnamed files, second names, reserving room, flushing folders. See the man pages.</summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxCalls
{
    private const int AtFdCwd = -100;
    private const int AtSymlinkFollow = 0x400;

    private const int ReadWrite = 0x2;
    private const int CloseOnExec = 0x80000;
    private const int OwnerOnly = 0b110_000_000;
    private const int PathOnly = 0x20_0000; // O_PATH: a folder that may be searched need not be readable

    // A file without a name gets one by way of its descriptor there, which a bare chroot lacks.
    private static readonly bool CanBeNamed = Directory.Exists("/proc/self/fd");

    // O_TMPFILE holds O_DIRECTORY, whose bit depends on the processor.
    private static readonly int UnnamedFile = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 0x41_0000,
        Architecture.Arm64 => 0x40_4000,
        _ => 0,
    };

    /// <summary>
    /// A file without a name in <paramref name="folder"/>, mode 0600, gone when its handle closes; null where the file system has none.
    /// </summary>
    public static SafeFileHandle? TryCreateUnnamed(string folder)
    {
        if (UnnamedFile == 0 || !CanBeNamed)
            return null;
        var descriptor = Open(folder, UnnamedFile | ReadWrite | CloseOnExec, OwnerOnly);
        if (descriptor < 0)
            return null;
        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        // As .NET locks a file with a name: it gets one before the last step, and whoever cleans up must see that its process lives.
        LinuxLock.Share(file);
        return file;
    }

    /// <summary>Gives an unnamed file a name; false when the name is taken.</summary>
    /// <exception cref="IOException">It could not be named.</exception>
    public static bool TryName(SafeFileHandle unnamed, string path)
    {
        if (LinkAt(AtFdCwd, $"/proc/self/fd/{unnamed.DangerousGetHandle()}", AtFdCwd, path, AtSymlinkFollow) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == LinuxError.Exists ? false : throw LinuxError.Last();
    }

    /// <summary>Sets the time of a file's last write, and no other; false where the processor is not one of 64 bits.</summary>
    /// <exception cref="IOException">It could not be set.</exception>
    public static bool TrySetModified(SafeFileHandle file, FileTime modified)
    {
        const long leave = 0x3fff_fffe; // UTIME_OMIT
        if (!Environment.Is64BitProcess)
            return false; // a C library of 32 bits may have another struct timespec
        // two struct timespec: last access, last write
        return SetTimes(file, [0, leave, modified.Seconds, modified.Nanoseconds]) == 0 ? true : throw LinuxError.Last();
    }

    /// <summary>Gives a file a second name; false when that is taken, null when it cannot, as where there are no second names.</summary>
    public static bool? TryLink(string from, string path)
    {
        if (LinkAt(AtFdCwd, from, AtFdCwd, path, 0) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == LinuxError.Exists ? false : null;
    }

    /// <summary>The full name of a file without any link in it.</summary>
    /// <exception cref="IOException">It cannot be found.</exception>
    public static string RealPath(string path)
    {
        var name = RealPath(path, 0);
        if (name == 0)
            throw LinuxError.Last();
        try
        {
            return Marshal.PtrToStringUTF8(name)!;
        }
        finally
        {
            Free(name);
        }
    }

    /// <summary>Takes room on the disk; false where the file system cannot.</summary>
    /// <exception cref="IOException">There is no room.</exception>
    public static bool TryReserve(SafeFileHandle file, long length)
    {
        int error;
        do
        {
            error = Allocate(file, 0, length); // which the runtime's own signals can interrupt
        }
        while (error == LinuxError.Interrupted);
        // That there is no room must be known; that a file system cannot take it beforehand must not.
        return error is LinuxError.NoSpace or LinuxError.OverQuota or LinuxError.TooLarge
            ? throw new IOException(Marshal.GetPInvokeErrorMessage(error), error)
            : error == 0;
    }

    /// <summary>Flushes a folder's entries to disk: without it a rename can be lost with the power.</summary>
    public static void FlushFolder(string folder)
    {
        const int readOnly = 0;
        var descriptor = Open(folder, readOnly | CloseOnExec, 0);
        if (descriptor < 0)
            throw LinuxError.Last();
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        // Some file systems have nothing to flush in a folder, and say so.
        if (Synchronize(handle) != 0 && Marshal.GetLastPInvokeError() is not (LinuxError.Invalid or LinuxError.NotSupported))
            throw LinuxError.Last();
    }

    /// <summary>
    /// Deletes a file if it is the one that is known, unchanged. Both are asked of the folder that was opened, whatever takes the place of
    /// its path meanwhile. False when this system has no statx(2).
    /// </summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be deleted.</exception>
    public static bool TryRemove(string path, FileStatus known, out bool removed)
    {
        removed = false;
        var full = Path.GetFullPath(path);
        var name = Path.GetFileName(full);
        var descriptor = Open(Path.GetDirectoryName(full) ?? "/", PathOnly | CloseOnExec, 0);
        if (descriptor < 0)
            throw LinuxError.DeniedOrLast();
        using var folder = new SafeFileHandle(descriptor, ownsHandle: true);
        if (!LinuxStatus.TryGet(folder, name, out var status))
            return false;
        if (status?.IsUnchangedSince(known) != true)
            return true;
        removed = UnlinkAt(folder, name, 0) == 0 ? true : throw LinuxError.DeniedOrLast();
        return true;
    }

    /// <summary>Drops a file's clean pages. Advice: where it is not taken, the next read comes from memory.</summary>
    public static void Forget(SafeFileHandle file)
    {
        const int dontNeed = 4;
        try
        {
            _ = Advise(file, 0, 0, dontNeed);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without it.
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkAt(int oldFolder, string oldPath, int newFolder, string newPath, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkAt(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    private static partial int SetTimes(SafeFileHandle file, ReadOnlySpan<long> times);

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint memory);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int Allocate(SafeFileHandle file, long offset, long length);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(SafeFileHandle file);
}
