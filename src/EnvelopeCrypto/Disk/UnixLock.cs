using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>Locks of whole files, by flock(2).</summary>
internal static partial class UnixLock
{
    private const int Shared = 1;
    private const int Exclusive = 2;
    private const int AtOnce = 4;
    private const int Interrupted = 4; // a share waits for its server
    private const int AccessDenied = 13; // what a share can answer
    private const int WouldBlockLinux = 11;
    private const int WouldBlockMac = 35;

    public static LockState TryTake(SafeFileHandle file, bool shared)
    {
        var wouldBlock = OperatingSystem.IsLinux() ? WouldBlockLinux : WouldBlockMac;
        while (Lock(file, (shared ? Shared : Exclusive) | AtOnce) != 0)
        {
            if (Marshal.GetLastPInvokeError() is var error && error != Interrupted)
                return error == wouldBlock || error == AccessDenied ? LockState.Held : LockState.Unavailable;
        }
        return LockState.Taken;
    }

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);
}
