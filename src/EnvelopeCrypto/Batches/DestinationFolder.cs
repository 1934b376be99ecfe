using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Batches;

/// <summary>
/// The folder that outputs go below, by its identity on the disk: it and what is in it can be named by way of links, and it may be made
/// only while the run goes on.
/// </summary>
internal sealed class DestinationFolder(string path)
{
    private const int MostFolders = 2048;

    private readonly string _path = Real(Path.GetFullPath(path));
    private (string Folder, bool IsHeld)? _last;

    /// <summary>Whether a folder, which has that status, is the destination.</summary>
    public bool Is(string folder, FileStatus status) =>
        IsSame(status) || string.Equals(Real(Path.GetFullPath(folder)), _path, Comparison);

    /// <summary>Whether a folder is the destination or below it, behind all links.</summary>
    public bool Holds(string folder)
    {
        var full = RealPath.Of(Path.GetFullPath(folder)); // Windows goes up by the letters of a path
        if (full.StartsWith(Path.EndsInDirectorySeparator(_path) ? _path : _path + Path.DirectorySeparatorChar, Comparison))
            return true;
        // ".." is looked up by the system, where the folder really is; at the top it is the folder itself.
        FileStatus? below = null;
        for (var count = 0; count < MostFolders && Status(full) is { } status; count++)
        {
            if (IsSame(status))
                return true;
            if (below is { } last && status.IsSameFileAs(last))
                return false;
            (below, full) = (status, Path.Join(full, ".."));
        }
        return false;
    }

    /// <summary>Whether a file, or what it links to, is below the destination.</summary>
    /// <param name="file">Its full path.</param>
    public bool HoldsFile(string file) =>
        (Path.GetDirectoryName(file) is { } folder && HoldsFolder(folder))
        || (IsLink(file)
            && Path.GetDirectoryName(RealPath.Of(file)) is { } real
            && Holds(real));

    // Files come folder by folder, and the way up to the root is long.
    private bool HoldsFolder(string folder)
    {
        if (_last is not { } last || last.Folder != folder)
            _last = last = (folder, Holds(folder));
        return last.IsHeld;
    }

    private static bool IsLink(string file) => Status(file, followLinks: false) is { Kind: FileKind.SymbolicLink };

    private bool IsSame(FileStatus status) => Status(_path) is { } mine && mine.IsSameFileAs(status);

    private static StringComparison Comparison => OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    private static FileStatus? Status(string path, bool followLinks = true)
    {
        try
        {
            return followLinks ? FileSystem.Default.StatusOf(path) : LinkStatus(path);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            return null;
        }
    }

    private static FileStatus? LinkStatus(FilePlace place)
    {
        using var folder = place.OpenFolder(FileSystem.Default);
        return FileSystem.Default.Status(folder, place.Name);
    }

    // What Windows gives no identity of is compared by name.
    private static string Real(string path)
    {
        try
        {
            if (Directory.Exists(path) && new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true) is { } target)
                return target.FullName;
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            // It is gone by now, or a link that leads nowhere.
        }
        return Path.TrimEndingDirectorySeparator(path);
    }
}
