using System.Runtime.InteropServices;

namespace EnvelopeCrypto.Disk;

/// <summary>Whom a file belongs to, where the system tells in a way that we can ask: Linux.</summary>
internal static partial class FileOwner
{
    private const int AtFdCwd = -100;
    private const uint OwnerStatus = 0x8;
    private const uint Root = 0;

    /// <summary>Whether the file, at the end of all links, belongs to somebody other than this process's user and root.</summary>
    public static bool IsStranger(string path)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            return StatX(AtFdCwd, path, 0, OwnerStatus, out var status) == 0 && status.Owner != Root && status.Owner != EffectiveUser();
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out StatusBuffer buffer);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    // struct statx of linux/stat.h: the same on every processor.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatusBuffer
    {
        [FieldOffset(20)]
        public uint Owner;
    }
}
