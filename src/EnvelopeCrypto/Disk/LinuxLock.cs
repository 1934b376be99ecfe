using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>Locks of files on Linux. See the man pages of fcntl(2) and flock(2).</summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxLock
{
    private const short WriteLock = 1;
    private const int LockShared = 1;
    private const int LockNow = 4;

    /// <summary>
    /// Takes a file's lock for writers, which its open handle holds until it is closed, by whatever name it was opened (F_OFD_SETLK: a
    /// lock of its own beside .NET's, so that readers go on). False when another handle has it; true too where
    /// there are no such locks, and on a network share, which takes them for .NET's and would keep readers out.
    /// </summary>
    public static bool TryTake(SafeFileHandle file)
    {
        const int setLock = 37;
        if (!Environment.Is64BitProcess || IsOnNetwork(file)) // a C library of 32 bits may have another struct flock
            return true;
        var whole = new LockBuffer { Type = WriteLock };
        return Control(file, setLock, ref whole) == 0
            || Marshal.GetLastPInvokeError() is not (LinuxError.WouldBlock or LinuxError.AccessDenied);
    }

    private static bool IsOnNetwork(SafeFileHandle file)
    {
        const long nfs = 0x6969, smb = 0x517b, cifs = 0xff53_4d42, smb2 = 0xfe53_4d42;
        Span<long> status = stackalloc long[32]; // struct statfs, whose first member is the type
        return FileSystemStatus(file, status) == 0 && (status[0] & 0xffff_ffff) is nfs or smb or cifs or smb2;
    }

    /// <summary>Locks a file as .NET does with one that it opened; not where another holds it, or there are no locks.</summary>
    public static void Share(SafeFileHandle file) => _ = Lock(file, LockShared | LockNow);

    [LibraryImport("libc", EntryPoint = "flock")]
    private static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fstatfs")]
    private static partial int FileSystemStatus(SafeFileHandle file, Span<long> status);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, ref LockBuffer argument);

    // struct flock of 64 bits; all zero is the whole file.
    [StructLayout(LayoutKind.Explicit, Size = 32)]
    private struct LockBuffer
    {
        [FieldOffset(0)]
        public short Type;
    }
}
