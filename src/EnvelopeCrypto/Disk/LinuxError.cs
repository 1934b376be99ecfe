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
    public const int IsADirectory = 21;
    public const int Invalid = 22;
    public const int TooLarge = 27;
    public const int NoSpace = 28;
    public const int NameTooLong = 36;
    public const int NotImplemented = 38;
    public const int TooManyLinks = 40; // ELOOP: also a link where none is followed
    public const int IllegalSequence = 84;
    public const int NotSupported = 95;
    public const int StaleHandle = 116;
    public const int OverQuota = 122;

    /// <summary>
    /// The error of the last call, with its number as <see cref="Exception.HResult"/> where .NET has no exception of its own.
    /// </summary>
    /// <param name="path">What the call was about.</param>
    /// <param name="ofFolder">Whether a missing part of the path is a missing folder.</param>
    public static Exception Last(string path, bool ofFolder = false)
    {
        var error = Marshal.GetLastPInvokeError();
        var message = $"{Marshal.GetPInvokeErrorMessage(error)}: '{path}'";
        return error switch
        {
            NoSuchEntry or NotADirectory when ofFolder => new DirectoryNotFoundException(message),
            NoSuchEntry => new FileNotFoundException(message, path),
            NotADirectory => new DirectoryNotFoundException(message),
            AccessDenied or NotPermitted or IsADirectory => new UnauthorizedAccessException(message),
            NameTooLong => new PathTooLongException(message),
            _ => new IOException(message, error),
        };
    }

    /// <summary>The error of the last call on an open file, whatever it is.</summary>
    public static IOException Last()
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException(Marshal.GetPInvokeErrorMessage(error), error);
    }
}
