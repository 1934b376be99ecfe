namespace EnvelopeCrypto.Disk;

/// <summary>
/// Where a file is. Links in a path that a user gave are followed; below <paramref name="Root"/>, which others may be able to write,
/// none is.
/// </summary>
/// <param name="Path">Its path.</param>
/// <param name="Root">The open folder that was named, and that the path begins with; null: the whole path was named.</param>
internal sealed record FilePlace(string Path, Folder? Root = null)
{
    private readonly string _path = Path;
    private string? _fullPath;

    public string Path
    {
        get => _path;
        init => (_path, _fullPath, Open) = (value, null, null);
    }

    public static implicit operator FilePlace(string path) => new(path);

    /// <summary>The last part of the path.</summary>
    public string Name => System.IO.Path.GetFileName(Path) is { Length: > 0 } name && name is not ("." or "..") ? name : ".";

    /// <summary>The path of its folder; of a path that names a folder, that folder.</summary>
    public string FolderPath
    {
        get
        {
            if (Name == ".")
                return Path;
            return System.IO.Path.GetDirectoryName(Path) is { Length: > 0 } folder ? folder : ".";
        }
    }

    // Asked several times for each file, and each time the system would be asked for the working folder.
    public string FullPath => _fullPath ??= System.IO.Path.GetFullPath(Path);

    /// <summary>The full path of its folder.</summary>
    public string FullFolderPath => Name == "." ? FullPath : System.IO.Path.GetDirectoryName(FullPath) ?? FullPath;

    // Its folder, while somebody holds it open for all.
    private Folder? Open { get; init; }

    /// <summary>Whether the file may be a link that leads elsewhere.</summary>
    public bool FollowsLink => Root is null;

    /// <exception cref="IOException">It is not there, or a link stands in the way.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be searched.</exception>
    public Folder OpenFolder(FileSystem files)
    {
        if (Open is not null)
            return Open.Lend();
        return Root is null ? files.OpenFolder(FolderPath) : files.OpenFolder(Root, Below(Root.Path, FullFolderPath));
    }

    /// <summary>
    /// The same place of an output with its folder opened once, for all later calls while <paramref name="folder"/> is open.
    /// </summary>
    /// <param name="files">Its file system.</param>
    /// <param name="folder">Null while there is none.</param>
    /// <exception cref="EnvelopeException">LinkInTheWay; OutputFailed: it may not be searched.</exception>
    public FilePlace InOpenFolder(FileSystem files, out Folder? folder)
    {
        try
        {
            folder = OpenFolder(files);
        }
        catch (DirectoryNotFoundException)
        {
            folder = null;
            return this;
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Writing(Path, failure);
        }
        return this with { Open = folder };
    }

    /// <summary>The same place in the open folder of another, when it is that one's neighbour; null when it is not.</summary>
    public FilePlace? Beside(FilePlace? other) =>
        other?.Open is { } open && Root == other.Root && FullFolderPath == other.FullFolderPath ? this with { Open = open } : null;

    /// <summary>Opens what it names, which is a folder.</summary>
    /// <exception cref="IOException">It is not there, or a link stands in the way.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be searched.</exception>
    public Folder OpenAsFolder(FileSystem files) =>
        Root is null ? files.OpenFolder(Path) : files.OpenFolder(Root, Below(Root.Path, FullPath));

    public override string ToString() => Path;

    // Asked several times for each file. Most paths are the root's with names behind it, and what is left of those needs no work.
    private static string Below(string root, string path)
    {
        if (path == root)
            return ".";
        var isPlain = path.Length > root.Length && path[root.Length] == '/' && path.StartsWith(root, StringComparison.Ordinal)
            && !path.AsSpan(root.Length).Contains("/.", StringComparison.Ordinal) && !path.AsSpan(root.Length).Contains("//", StringComparison.Ordinal);
        return isPlain ? path[(root.Length + 1)..] : System.IO.Path.GetRelativePath(root, path);
    }
}
