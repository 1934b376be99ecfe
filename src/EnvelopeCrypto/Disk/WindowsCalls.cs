using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>The identity of a file on Windows: GetFileInformationByHandleEx with FileIdInfo.</summary>
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
    private static partial bool GetFileInformationByHandleEx(SafeFileHandle file, int informationClass, out FileIdInfo information, int size);

    [StructLayout(LayoutKind.Sequential)]
    private struct FileIdInfo
    {
        public ulong Volume;
        public ulong Low;
        public ulong High;
    }
}
