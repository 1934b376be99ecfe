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
    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;

    /// <summary>How many names (hard links) the file has; 0 when unknown.</summary>
    public long Names { get; init; }

    /// <summary>Last change of any kind, which no user can set back (ctime); zero where the system does not tell.</summary>
    public FileTime Changed { get; init; }

    /// <summary>The number of the user who owns it; null where the system does not tell.</summary>
    public uint? Owner { get; init; }

    /// <summary>The number of its group; null where the system does not tell.</summary>
    public uint? Group { get; init; }

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
}
