using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>
/// A file's extended attributes, where the system tells in a way that we can ask: Linux. Access control lists of
/// POSIX, NFS and SMB are among them.
/// </summary>
internal static partial class ExtendedAttributes
{
    private const string AccessPrefix = "system.";
    private const int MaxSize = 64 * 1024; // of all names, and of one value: Linux allows no more

    /// <summary>
    /// Gives one file those of another: the access control list, or all others. What this user may not set, or the file
    /// system does not keep, is left out.
    /// </summary>
    public static void Copy(SafeFileHandle from, SafeFileHandle to, bool ofAccess)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var buffer = ArrayPool<byte>.Shared.Rent(MaxSize);
        try
        {
            var length = (int)List(from, buffer, MaxSize);
            if (length <= 0)
                return;
            foreach (var name in Encoding.UTF8.GetString(buffer, 0, length).Split('\0', StringSplitOptions.RemoveEmptyEntries))
            {
                if (name.StartsWith(AccessPrefix, StringComparison.Ordinal) == ofAccess
                    && (int)Get(from, name, buffer, MaxSize) is >= 0 and var size)
                {
                    _ = Set(to, name, buffer, size, 0);
                }
            }
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without them.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [LibraryImport("libc", EntryPoint = "flistxattr", SetLastError = true)]
    private static partial nint List(SafeFileHandle file, [Out] byte[] names, nint size);

    [LibraryImport("libc", EntryPoint = "fgetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Get(SafeFileHandle file, string name, [Out] byte[] value, nint size);

    [LibraryImport("libc", EntryPoint = "fsetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(SafeFileHandle file, string name, byte[] value, nint size, int flags);
}
