using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>What .NET has no word for on Linux: identity and kind of a file, unnamed files, reserving room. See the man pages.</summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxCalls
{
    private const int AtFdCwd = -100;
    private const int AtSymlinkNoFollow = 0x100;
    private const int AtSymlinkFollow = 0x400;
    private const int AtEmptyPath = 0x1000;
    private const uint BasicStatus = 0x7ff;

    private const int ReadWrite = 0x2;
    private const int CloseOnExec = 0x80000;
    private const int OwnerOnly = 0b110_000_000;

    private const int PathOnly = 0x20_0000; // O_PATH: a folder that may be searched need not be readable

    private const int NotPermitted = 1;
    private const int NoSuchEntry = 2;
    private const int Interrupted = 4;
    private const int AccessDenied = 13;
    private const int Exists = 17;
    private const int NotADirectory = 20;
    private const int Invalid = 22;
    private const int TooLarge = 27;
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private const int NameTooLong = 36;
    private const int NotSupported = 95;
    private const int OverQuota = 122;

    private const int WouldBlock = 11;
    private const short WriteLock = 1;
    private const int LockShared = 1;
    private const int LockNow = 4;

    // A file without a name gets one by way of its descriptor there, which a bare chroot lacks.
    private static readonly bool CanBeNamed = Directory.Exists("/proc/self/fd");

    // O_TMPFILE holds O_DIRECTORY, whose bit depends on the processor.
    private static readonly int UnnamedFile = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 0x41_0000,
        Architecture.Arm64 => 0x40_4000,
        _ => 0,
    };

    /// <summary>False when this system has no statx(2).</summary>
    public static bool TryStatus(string path, bool followLinks, out FileStatus? status)
    {
        status = null;
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A path cannot hold a zero character.", nameof(path)); // C would see another path: the part before it
        try
        {
            if (StatX(AtFdCwd, path, followLinks ? 0 : AtSymlinkNoFollow, BasicStatus, out var buffer) == 0)
            {
                status = ToStatus(buffer);
                return true;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
        return Marshal.GetLastPInvokeError() switch
        {
            NoSuchEntry or NotADirectory => true,
            AccessDenied => throw new UnauthorizedAccessException("Access is denied."),
            NameTooLong => throw new PathTooLongException("The path or a name in it is too long."),
            var error => throw new IOException(Marshal.GetPInvokeErrorMessage(error), error),
        };
    }

    /// <summary>False when this system has no statx(2).</summary>
    public static bool TryStatus(SafeFileHandle handle, out FileStatus status)
    {
        status = default;
        try
        {
            if (StatX(handle, "", AtEmptyPath, BasicStatus, out var buffer) != 0)
                throw Failure();
            status = ToStatus(buffer);
            return true;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <summary>A file without a name in <paramref name="folder"/>, mode 0600, gone when its handle closes; null where the file system has none.</summary>
    public static SafeFileHandle? TryCreateUnnamed(string folder)
    {
        if (UnnamedFile == 0 || !CanBeNamed)
            return null;
        var descriptor = Open(folder, UnnamedFile | ReadWrite | CloseOnExec, OwnerOnly);
        if (descriptor < 0)
            return null;
        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        // As .NET locks a file with a name: it gets one before the last step, and whoever cleans up must see that its process lives.
        _ = Lock(file, LockShared | LockNow);
        return file;
    }

    /// <summary>
    /// Takes a file's lock for writers, which its open handle holds until it is closed, by whatever name it was opened (F_OFD_SETLK: a
    /// lock of its own beside .NET's, so that readers go on). False when another handle has it; true too where there are no such locks, and on
    /// a network share, which takes them for .NET's and would keep readers out.
    /// </summary>
    public static bool TryLock(SafeFileHandle file)
    {
        const int setLock = 37;
        if (!Environment.Is64BitProcess || IsOnNetwork(file)) // a C library of 32 bits may have another struct flock
            return true;
        var whole = new LockBuffer { Type = WriteLock };
        return Control(file, setLock, ref whole) == 0 || Marshal.GetLastPInvokeError() is not (WouldBlock or AccessDenied);
    }

    private static bool IsOnNetwork(SafeFileHandle file)
    {
        const long nfs = 0x6969, smb = 0x517b, cifs = 0xff53_4d42, smb2 = 0xfe53_4d42;
        Span<long> status = stackalloc long[32]; // struct statfs, whose first member is the type
        return FileSystemStatus(file, status) == 0 && (status[0] & 0xffff_ffff) is nfs or smb or cifs or smb2;
    }

    /// <summary>Gives an unnamed file a name; false when the name is taken.</summary>
    /// <exception cref="IOException">It could not be named.</exception>
    public static bool TryName(SafeFileHandle unnamed, string path)
    {
        if (LinkAt(AtFdCwd, $"/proc/self/fd/{unnamed.DangerousGetHandle()}", AtFdCwd, path, AtSymlinkFollow) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == Exists ? false : throw Failure();
    }

    /// <summary>Sets the time of a file's last write, and no other; false where the processor is not one of 64 bits.</summary>
    /// <exception cref="IOException">It could not be set.</exception>
    public static bool TrySetModified(SafeFileHandle file, FileTime modified)
    {
        const long leave = 0x3fff_fffe; // UTIME_OMIT
        if (!Environment.Is64BitProcess)
            return false; // a C library of 32 bits may have another struct timespec
        // two struct timespec: last access, last write
        return SetTimes(file, [0, leave, modified.Seconds, modified.Nanoseconds]) == 0 ? true : throw Failure();
    }

    /// <summary>Gives a file a second name; false when that is taken, null when it cannot, as where there are no second names.</summary>
    public static bool? TryLink(string from, string path)
    {
        if (LinkAt(AtFdCwd, from, AtFdCwd, path, 0) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == Exists ? false : null;
    }

    /// <summary>The full name of a file without any link in it.</summary>
    /// <exception cref="IOException">It cannot be found.</exception>
    public static string RealPath(string path)
    {
        var name = RealPath(path, 0);
        if (name == 0)
            throw Failure();
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
        while (error == Interrupted);
        // That there is no room must be known; that a file system cannot take it beforehand must not.
        return error is NoSpace or OverQuota or TooLarge
            ? throw new IOException(Marshal.GetPInvokeErrorMessage(error), error)
            : error == 0;
    }

    /// <summary>Flushes a folder's entries to disk: without it a rename can be lost with the power.</summary>
    public static void FlushFolder(string folder)
    {
        const int readOnly = 0;
        var descriptor = Open(folder, readOnly | CloseOnExec, 0);
        if (descriptor < 0)
            throw Failure();
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        // Some file systems have nothing to flush in a folder, and say so.
        if (Synchronize(handle) != 0 && Marshal.GetLastPInvokeError() is not (Invalid or NotSupported))
            throw Failure();
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
            throw DeniedOrFailure();
        using var folder = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            if (StatX(folder, name, AtSymlinkNoFollow, BasicStatus, out var buffer) != 0)
                return Marshal.GetLastPInvokeError() == NoSuchEntry ? true : throw DeniedOrFailure();
            if (!ToStatus(buffer).IsUnchangedSince(known))
                return true;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
        removed = UnlinkAt(folder, name, 0) == 0 ? true : throw DeniedOrFailure();
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

    private static FileStatus ToStatus(StatusBuffer buffer)
    {
        const int typeMask = 0xf000, regular = 0x8000, folder = 0x4000, link = 0xa000;
        var kind = (buffer.Mode & typeMask) switch
        {
            regular => FileKind.Regular,
            folder => FileKind.Folder,
            link => FileKind.SymbolicLink,
            _ => FileKind.Special,
        };
        var volume = ((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor;
        var modified = new FileTime(buffer.ModifiedSeconds, (int)buffer.ModifiedNanoseconds);
        return new FileStatus(kind, volume, buffer.Inode, (long)buffer.Length, modified, FileStatus.PermissionsOf(buffer.Mode))
        {
            Names = buffer.Links,
            Changed = new FileTime(buffer.ChangedSeconds, (int)buffer.ChangedNanoseconds),
        };
    }

    private static Exception DeniedOrFailure() =>
        Marshal.GetLastPInvokeError() is AccessDenied or NotPermitted or ReadOnly ? new UnauthorizedAccessException("Access is denied.") : Failure();

    private static IOException Failure()
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException(Marshal.GetPInvokeErrorMessage(error), error);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out StatusBuffer buffer);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(SafeFileHandle folder, string path, int flags, uint mask, out StatusBuffer buffer);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock")]
    private static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fstatfs")]
    private static partial int FileSystemStatus(SafeFileHandle file, Span<long> status);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, ref LockBuffer argument);

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

    // struct flock of 64 bits; all zero is the whole file.
    [StructLayout(LayoutKind.Explicit, Size = 32)]
    private struct LockBuffer
    {
        [FieldOffset(0)]
        public short Type;
    }

    // struct statx of linux/stat.h: the same on every processor.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatusBuffer
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Length;

        [FieldOffset(96)]
        public long ChangedSeconds;

        [FieldOffset(104)]
        public uint ChangedNanoseconds;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
