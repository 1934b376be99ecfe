using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Disk;

/// <summary>What the file system says of a file at one moment.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Volume">With <paramref name="Number"/> the file's identity, whatever names it has; both 0 when unknown.</param>
/// <param name="Number">Inode, or file id.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">Last write.</param>
/// <param name="Mode">Unix mode, &amp; 0777; null on Windows.</param>
internal readonly record struct FileStatus(FileKind Kind, ulong Volume, UInt128 Number, long Length, FileTime Modified, UnixFileMode? Mode)
{
    /// <summary>How many names (hard links) the file has; 0 when unknown.</summary>
    public long Names { get; init; }

    /// <summary>Last change of any kind, which nobody can set back (ctime); zero where the system does not tell.</summary>
    public FileTime Changed { get; init; }

    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;

    /// <summary>Null when nothing stands there. Follows symbolic links when asked.</summary>
    /// <exception cref="IOException">The name cannot be looked up.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder on the way may not be searched.</exception>
    public static FileStatus? Of(string path, bool followLinks = true)
    {
        if (OperatingSystem.IsLinux() && LinuxStatus.TryGet(path, followLinks, out var status))
            return status;
        FileSystemInfo info = new FileInfo(path);
        if (info.Attributes == (FileAttributes)(-1))
            return null;
        if (followLinks && info.LinkTarget is not null)
        {
            var target = info.ResolveLinkTarget(returnFinalTarget: true);
            if (target is not { Exists: true })
                return null;
            info = new FileInfo(target.FullName);
        }
        return FromInfo(info, WindowsCalls.Identity(info.FullName));
    }

    /// <summary>The name of a file itself, when a link is named.</summary>
    /// <exception cref="IOException">The link leads nowhere.</exception>
    public static string PathBehind(string path)
    {
        if (Of(path, followLinks: false) is not { Kind: FileKind.SymbolicLink })
            return path;
        // .NET takes '..' in a link by its letters; below a folder that is a link itself, that is another file.
        return OperatingSystem.IsLinux()
            ? LinuxCalls.RealPath(path)
            : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
    }

    /// <summary>The file behind an open handle.</summary>
    public static FileStatus Of(SafeFileHandle handle, string path) =>
        OperatingSystem.IsLinux() && LinuxStatus.TryGet(handle, out var status)
            ? status
            : Of(path) ?? throw new FileNotFoundException("The file is gone.", path);

    /// <summary>Whether both are one file, by whatever names; false when the system gives no identity.</summary>
    public bool IsSameFileAs(FileStatus other) => (Volume, Number) != (0, 0) && Volume == other.Volume && Number == other.Number;

    /// <summary>
    /// Whether it is the same file, unchanged: identity, length and times. The last write can be set back by who wrote; the last
    /// change cannot. It also moves with a new name or mode, which is the price.
    /// </summary>
    public bool IsUnchangedSince(FileStatus earlier) =>
        Volume == earlier.Volume && Number == earlier.Number && Length == earlier.Length && Modified == earlier.Modified
            && Changed == earlier.Changed;

    internal static UnixFileMode PermissionsOf(int mode) => (UnixFileMode)mode & Permissions;

    private static FileStatus FromInfo(FileSystemInfo info, (ulong Volume, UInt128 Number) identity)
    {
        var kind = info.LinkTarget is not null ? FileKind.SymbolicLink
            : info.Attributes.HasFlag(FileAttributes.Directory) ? FileKind.Folder
            : info.Attributes.HasFlag(FileAttributes.Device) ? FileKind.Special
            : FileKind.Regular;
        var mode = OperatingSystem.IsWindows() ? (UnixFileMode?)null : info.UnixFileMode & Permissions;
        var length = kind == FileKind.Regular ? ((FileInfo)info).Length : 0;
        return new FileStatus(kind, identity.Volume, identity.Number, length, FileTime.From(info.LastWriteTimeUtc), mode);
    }
}
