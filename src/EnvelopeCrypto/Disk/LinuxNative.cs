using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>Calls of Linux that .NET does not have. Each answers as its man page says; <see cref="LinuxError"/> reads errno.</summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxNative
{
    public const int CurrentFolder = -100; // AT_FDCWD

    // Flags of open(2); O_DIRECTORY, O_NOFOLLOW and O_TMPFILE depend on the processor.
    public const int ReadOnly = 0x0;
    public const int ReadWrite = 0x2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NoTerminal = 0x100;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x8_0000;
    public const int PathOnly = 0x20_0000; // O_PATH: a folder that may be searched need not be readable
    public static readonly int Directory = IsArm ? 0x4000 : 0x1_0000;
    public static readonly int NoFollow = IsArm ? 0x8000 : 0x2_0000;
    public static readonly int Unnamed = 0x40_0000 | Directory;

    private const long ListCall = 217, RenameCall = 316;
    private const long ListCallArm = 61, RenameCallArm = 276;
    private const long OpenBelowCall = 437; // the same on every processor

    /// <summary>Whether these calls are here, with the structures that are declared here.</summary>
    public static bool IsSupported { get; } =
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
        && NativeLibrary.TryLoad("libc", typeof(LinuxNative).Assembly, searchPath: null, out var library)
        && NativeLibrary.TryGetExport(library, "statx", out _);

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>getdents64(2): entries of an open folder into the buffer.</summary>
    public static long List(SafeFileHandle folder, byte[] buffer) =>
        ListEntries(IsArm ? ListCallArm : ListCall, folder, buffer, buffer.Length);

    /// <summary>renameat2(2) in one folder.</summary>
    public static long Rename(SafeFileHandle folder, string from, string to, bool replace) =>
        Rename(IsArm ? RenameCallArm : RenameCall, folder, from, folder, to, replace ? 0u : 1u);

    /// <summary>openat2(2): the path may not leave the folder, nor lead through a link.</summary>
    public static int OpenBelow(SafeFileHandle folder, string path, int flags)
    {
        const ulong noMagicLinks = 2, noLinks = 4, beneath = 8;
        ulong[] how = [(ulong)(uint)flags, 0, noMagicLinks | noLinks | beneath];
        return (int)OpenBelow(OpenBelowCall, folder, path, how, how.Length * sizeof(ulong));
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(SafeFileHandle folder, string name, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Status(SafeFileHandle folder, string name, int flags, uint mask, out StatusBuffer buffer);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeFolder(SafeFileHandle folder, string name, int mode);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(int oldFolder, string oldPath, SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(SafeFileHandle oldFolder, string oldName, SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unlink(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint Read(SafeFileHandle file, Span<byte> buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint Write(SafeFileHandle file, ReadOnlySpan<byte> buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Synchronize(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, int command, ref RangeLock argument);

    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    public static partial int SetTimes(SafeFileHandle file, ReadOnlySpan<long> times);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int SetMode(SafeFileHandle file, int mode);

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    public static partial int FileSystemStatus(SafeFileHandle file, Span<long> status);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    public static partial int Advise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    public static partial int Allocate(SafeFileHandle file, long offset, long length);

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint RealPath(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    public static partial void Free(nint memory);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long ListEntries(long call, SafeFileHandle folder, [Out] byte[] buffer, nint size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long Rename(long call, SafeFileHandle oldFolder, string from, SafeFileHandle folder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long OpenBelow(long call, SafeFileHandle folder, string path, ulong[] how, nint size);

    /// <summary>struct flock of 64 bits; all zero but the type is the whole file.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 32)]
    public struct RangeLock
    {
        [FieldOffset(0)]
        public short Type;
    }

    /// <summary>struct statx of linux/stat.h: the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct StatusBuffer
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(24)]
        public uint Group;

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
