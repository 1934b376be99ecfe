using System.Runtime.InteropServices;

namespace EnvelopeCrypto.Disk;

/// <summary>What a call to the C library of Linux failed with (errno), as an exception of .NET.</summary>
internal static class LinuxError
{
    public const int NotPermitted = 1;
    public const int NoSuchEntry = 2;
    public const int Interrupted = 4;
    public const int WouldBlock = 11;
    public const int AccessDenied = 13;
    public const int Exists = 17;
    public const int NotADirectory = 20;
    public const int Invalid = 22;
    public const int TooLarge = 27;
    public const int NoSpace = 28;
    public const int ReadOnly = 30;
    public const int NameTooLong = 36;
    public const int NotSupported = 95;
    public const int OverQuota = 122;

    /// <summary>The error of the last call.</summary>
    public static IOException Last()
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException(Marshal.GetPInvokeErrorMessage(error), error);
    }

    /// <summary>The same, where access can be denied.</summary>
    public static Exception DeniedOrLast() =>
        Marshal.GetLastPInvokeError() is AccessDenied or NotPermitted or ReadOnly
            ? new UnauthorizedAccessException("Access is denied.")
            : Last();
}
