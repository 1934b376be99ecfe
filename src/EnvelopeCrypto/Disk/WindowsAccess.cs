using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>Access control lists of Windows.</summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsAccess
{
    private const int OfFile = 1; // SE_FILE_OBJECT
    private const uint List = 0x4; // DACL_SECURITY_INFORMATION
    private const uint Protected = 0x8000_0000;
    private const uint Unprotected = 0x2000_0000;

    /// <summary>
    /// Gives one file the access control list of another, whether it takes what its folder hands down or not. Where this user may not,
    /// or the file system keeps none, the file has what its folder hands down.
    /// </summary>
    public static void Copy(SafeFileHandle from, SafeFileHandle to)
    {
        const ushort isProtected = 0x1000;
        if (Get(from, OfFile, List, 0, 0, out var list, 0, out var descriptor) != 0)
            return;
        try
        {
            // A missing list is everybody's leave, which is not to be handed on.
            if (list != 0 && GetControl(descriptor, out var control, out _))
                _ = Set(to, OfFile, List | ((control & isProtected) != 0 ? Protected : Unprotected), 0, 0, list, 0);
        }
        finally
        {
            Free(descriptor);
        }
    }

    [LibraryImport("advapi32", EntryPoint = "GetSecurityInfo")]
    private static partial int Get(
        SafeFileHandle file, int type, uint what, nint owner, nint group, out nint list, nint auditList, out nint descriptor);

    [LibraryImport("advapi32", EntryPoint = "SetSecurityInfo")]
    private static partial int Set(SafeFileHandle file, int type, uint what, nint owner, nint group, nint list, nint auditList);

    [LibraryImport("advapi32", EntryPoint = "GetSecurityDescriptorControl")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetControl(nint descriptor, out ushort control, out uint revision);

    [LibraryImport("kernel32", EntryPoint = "LocalFree")]
    private static partial nint Free(nint memory);
}
