using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>Locks of whole files, by flock(2).</summary>
internal static partial class UnixLock
{
    private const int Shared = 1;
    private const int Exclusive = 2;
    private const int AtOnce = 4;
    private const int AccessDenied = 13; // what a share can answer
    private const int WouldBlockLinux = 11;
    private const int WouldBlockMac = 35;

    public static LockState TryTake(SafeFileHandle file, bool shared)
    {
        if (Lock(file, (shared ? Shared : Exclusive) | AtOnce) == 0)
            return LockState.Taken;
        var wouldBlock = OperatingSystem.IsLinux() ? WouldBlockLinux : WouldBlockMac;
        var error = Marshal.GetLastPInvokeError();
        return error == wouldBlock || error == AccessDenied ? LockState.Held : LockState.Unavailable;
    }

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);
}
