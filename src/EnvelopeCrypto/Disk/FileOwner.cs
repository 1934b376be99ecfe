using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>Users as owners of files, where the system tells in a way that we can ask: Linux.</summary>
internal static partial class FileOwner
{
    private const uint Root = 0;
    private const uint Unchanged = uint.MaxValue;

    /// <summary>Whether a file belongs to a user other than this process's and root.</summary>
    public static bool IsStranger(FileStatus status) => status.Owner is { } owner && owner != Root && owner != EffectiveUser();

    /// <summary>The number of another user whom a file belongs to; null when it is this user's, or when that is not known.</summary>
    public static uint? AnotherUser(FileStatus? status) => status?.Owner is { } owner && owner != EffectiveUser() ? owner : null;

    /// <summary>
    /// Gives one file the owner and group of another. A user who may not keeps the file, and its group if it is one of theirs.
    /// </summary>
    public static void Copy(SafeFileHandle file, FileStatus from)
    {
        if (from is { Owner: { } owner, Group: { } group } && ChangeOwner(file, owner, group) != 0)
            _ = ChangeOwner(file, Unchanged, group);
    }

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(SafeFileHandle file, uint owner, uint group);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
