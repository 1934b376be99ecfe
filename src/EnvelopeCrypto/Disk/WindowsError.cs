using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace EnvelopeCrypto.Disk;

/// <summary>What a call of Windows failed with, as an exception of .NET.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsError
{
    public const int InvalidFunction = 1;
    public const int FileNotFound = 2;
    public const int PathNotFound = 3;
    public const int AccessDenied = 5;
    public const int SharingViolation = 32;
    public const int NotSupported = 50;
    public const int FileExists = 80;
    public const int InvalidParameter = 87;
    public const int FileNameTooLong = 111; // ERROR_BUFFER_OVERFLOW
    public const int CallNotImplemented = 120;
    public const int InvalidName = 123;
    public const int InvalidLevel = 124;
    public const int BadPath = 161;
    public const int AlreadyExists = 183;
    public const int PathTooLong = 206;
    public const int NotAFolder = 267;

    private const int Facility = unchecked((int)0x8007_0000);

    /// <summary>The error of the last call. One of a file that is being deleted comes as of one that is in use, which it is.</summary>
    public static int LastCode() => IsOfDeletedFile() ? SharingViolation : Marshal.GetLastPInvokeError();

    /// <summary>Whether the last call failed since the file is deleted, and only its name waits until it is closed.</summary>
    public static bool IsOfDeletedFile()
    {
        const uint deletePending = 0xc000_0056;
        return Marshal.GetLastPInvokeError() == AccessDenied && WindowsCalls.LastStatus() == deletePending;
    }

    /// <summary>Whether what was asked for is not to be had here: from this Windows, or from this file system.</summary>
    public static bool IsUnsupported(int error) =>
        error is InvalidFunction or NotSupported or InvalidParameter or CallNotImplemented or InvalidLevel;

    /// <summary>Whether a name leads to nothing: it is free, or can never be taken.</summary>
    public static bool IsNothing(int error) => error is FileNotFound or PathNotFound or InvalidName or BadPath or NotAFolder;

    /// <param name="error">The code.</param>
    /// <param name="path">What the call was about.</param>
    /// <param name="ofFolder">Whether a missing part of the path is a missing folder.</param>
    public static Exception Of(int error, string path, bool ofFolder = false)
    {
        var message = $"{Marshal.GetPInvokeErrorMessage(error)}: '{path}'";
        return error switch
        {
            FileNotFound or NotAFolder when ofFolder => new DirectoryNotFoundException(message),
            FileNotFound => new FileNotFoundException(message, path),
            PathNotFound => new DirectoryNotFoundException(message),
            AccessDenied => new UnauthorizedAccessException(message),
            PathTooLong or FileNameTooLong => new PathTooLongException(message),
            _ => new IOException(message, Facility | error),
        };
    }
}
