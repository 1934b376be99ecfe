using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>Whom a file belongs to, where the system tells in a way that we can ask: Linux.</summary>
internal static partial class FileOwner
{
    private const int AtFdCwd = -100;
    private const int AtEmptyPath = 0x1000;
    private const uint OwnerStatus = 0x8;
    private const uint GroupStatus = 0x10;
    private const uint Root = 0;
    private const uint Unchanged = uint.MaxValue;

    /// <summary>Whether the file, at the end of all links, belongs to somebody other than this process's user and root.</summary>
    public static bool IsStranger(string path) => OwnerOf(path) is { } owner && owner != Root && owner != EffectiveUser();

    /// <summary>The number of another user whom the file belongs to; null when it is this user's, or when that is not known.</summary>
    public static uint? AnotherUser(string path) => OwnerOf(path) is { } owner && owner != EffectiveUser() ? owner : null;

    private static uint? OwnerOf(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            return StatX(AtFdCwd, path, 0, OwnerStatus, out var status) == 0 ? status.Owner : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Gives one file the owner and group of another. Who may not, keeps the file, and its group if that is one of his.</summary>
    public static void Copy(SafeFileHandle from, SafeFileHandle to)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            if (StatX(from, "", AtEmptyPath, OwnerStatus | GroupStatus, out var status) == 0
                && ChangeOwner(to, status.Owner, status.Group) != 0)
            {
                _ = ChangeOwner(to, Unchanged, status.Group);
            }
        }
        catch (EntryPointNotFoundException)
        {
            // No statx(2): the file is this user's, as any that he writes.
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(SafeFileHandle file, string path, int flags, uint mask, out StatusBuffer buffer);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(SafeFileHandle file, uint owner, uint group);

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

        [FieldOffset(24)]
        public uint Group;
    }
}
