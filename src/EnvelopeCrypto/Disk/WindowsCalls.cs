using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>What .NET has no word for on Windows: the identity of a file, and to delete it by that.</summary>
internal static partial class WindowsCalls
{
    /// <summary>Volume and file id; zeros elsewhere than on Windows, and where the file cannot be opened.</summary>
    public static (ulong Volume, UInt128 Number) Identity(string path)
    {
        if (!OperatingSystem.IsWindows())
            return default;
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Identity(handle);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    /// <summary>
    /// Deletes a file by a handle whose identity was compared, so that nothing which takes its name meanwhile goes in its stead; false when
    /// it is another file, or was changed.
    /// </summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    [SupportedOSPlatform("windows")]
    public static bool Remove(string path, FileStatus known, Func<FileStatus?> look)
    {
        const uint deleteAndReadAttributes = 0x1_0080, shareAll = 7, openExisting = 3, openLinkItself = 0x20_0000;
        const int dispositionInfo = 4;
        using var file = CreateFile(Path.GetFullPath(path), deleteAndReadAttributes, shareAll, 0, openExisting, openLinkItself, 0);
        if (file.IsInvalid)
            throw Failure(path);
        // Length and time the name tells; that the name is this handle's, the identity.
        if (Identity(file) != (known.Volume, known.Number) || look()?.IsUnchangedSince(known) != true)
            return false;
        byte delete = 1;
        return SetFileInformationByHandle(file, dispositionInfo, in delete, sizeof(byte)) ? true : throw Failure(path);
    }

    private static IOException Failure(string path)
    {
        const int win32 = unchecked((int)0x8007_0000);
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{Marshal.GetPInvokeErrorMessage(error)}: '{path}'", win32 | error);
    }

    [SupportedOSPlatform("windows")]
    private static (ulong Volume, UInt128 Number) Identity(SafeFileHandle handle)
    {
        const int fileIdInfo = 18;
        return GetFileInformationByHandleEx(handle, fileIdInfo, out var info, Marshal.SizeOf<FileIdInfo>())
            ? (info.Volume, new UInt128(info.High, info.Low))
            : default;
    }

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetFileInformationByHandleEx(
        SafeFileHandle file, int informationClass, out FileIdInfo information, int size);

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle CreateFile(
        string path, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetFileInformationByHandle(SafeFileHandle file, int informationClass, in byte information, int size);

    [StructLayout(LayoutKind.Sequential)]
    private struct FileIdInfo
    {
        public ulong Volume;
        public ulong Low;
        public ulong High;
    }
}
