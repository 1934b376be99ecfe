using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Batches;

/// <summary>
/// Finds the files of a path that was given: the path itself, what a wildcard matches, or all of a directory. It goes through a tree
/// as it is asked, and keeps no list of it.
/// </summary>
public sealed class SourceTree(SourceSelection selection)
{
    private readonly string? _root = selection.Root is { } root ? Path.GetFullPath(root) : null;
    private readonly string? _destination = selection.Destination is { } destination ? Real(Path.GetFullPath(destination)) : null;

    /// <summary>A path that is meant letter by letter.</summary>
    /// <param name="path">A file or directory.</param>
    /// <param name="defaultRoot">The root of a file, when the selection names none; null: the folder it is in.</param>
    public IEnumerable<SourceEntry> Find(string path, string? defaultRoot = null)
    {
        SourceEntry? failed = null;
        FileStatus? status = null;
        try
        {
            status = FileStatus.Of(path) ?? throw new FileNotFoundException();
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            failed = SourceEntry.Fail(DiskFailure.Reading(path, failure));
        }
        if (failed is not null)
            return [failed];
        return status!.Value.Kind == FileKind.Folder ? FindInFolder(path) : [Given(path, status.Value, defaultRoot)];
    }

    /// <summary>A path with wildcard words in its last names. Its root is the part before the first of them.</summary>
    public IEnumerable<SourceEntry> FindMatching(string pattern)
    {
        var (folder, names) = WildcardPath.Split(pattern);
        var any = false;
        foreach (var path in WildcardPath.Expand(folder, names))
        {
            any = true;
            var isFolder = Directory.Exists(path);
            foreach (var entry in isFolder ? Walk(path, RootOr(folder)) : Find(path, folder))
                yield return entry;
        }
        if (!any)
            yield return SourceEntry.Fail(WildcardPath.NothingMatches(pattern));
    }

    private string RootOr(string folder) => _root ?? Path.GetFullPath(folder);

    private SourceEntry Given(string path, FileStatus status, string? defaultRoot)
    {
        var full = Path.GetFullPath(path);
        var root = _root ?? Path.GetFullPath(defaultRoot ?? Path.GetDirectoryName(full) ?? full);
        if (status.Kind != FileKind.Regular)
            return SourceEntry.Fail(new EnvelopeException(EnvelopeError.SourceNotAFile, "it is a pipe, socket or device; only regular files are read.").About(path));
        return Entry(full, root, status.Length);
    }

    private IEnumerable<SourceEntry> FindInFolder(string path)
    {
        if (!selection.Recurse)
            return [SourceEntry.Skip(path, "it is a directory, and recursion was not asked for")];
        return Walk(path, RootOr(path));
    }

    private IEnumerable<SourceEntry> Walk(string top, string root)
    {
        var folders = new Stack<FolderOnTheWay>();
        folders.Push(new FolderOnTheWay(Path.GetFullPath(top), Parent: null));
        while (folders.TryPop(out var folder))
        {
            var isEmpty = true;
            foreach (var found in FolderListing.Read(folder.Path))
            {
                isEmpty = false;
                if (Judge(found, folder, root, folders) is { } entry)
                    yield return entry;
            }
            if (isEmpty)
                yield return SourceEntry.Skip(folder.Path, "it is an empty directory; only files are kept");
        }
    }

    // Null for what goes without saying: a directory that is gone through, a file that a pattern leaves out.
    private SourceEntry? Judge(FolderListing.Found found, FolderOnTheWay folder, string root, Stack<FolderOnTheWay> folders)
    {
        var relative = Path.GetRelativePath(root, found.Path);
        if (Matches(selection.Exclude, found.Name, relative))
            return null;
        var (status, isLink) = (found.Status, false);
        if (status is { Kind: FileKind.SymbolicLink })
        {
            if (!selection.FollowSymlink)
                return SourceEntry.Skip(found.Path, "it is a symbolic link");
            (status, isLink) = (found.Target(), true);
            if (status is null)
                return SourceEntry.Fail(new EnvelopeException(EnvelopeError.SourceNotFound, "it is a link to nothing.").About(found.Path));
        }
        return status switch
        {
            null => SourceEntry.Fail(found.Failure!),
            { Kind: FileKind.Folder } => Enter(found.Path, status.Value, isLink, folder, folders),
            { Kind: FileKind.Regular } file => Take(found, relative, root, file),
            _ => SourceEntry.Fail(new EnvelopeException(EnvelopeError.SourceNotAFile, "it is a pipe, socket or device; only regular files are read.").About(found.Path)),
        };
    }

    private SourceEntry? Enter(string path, FileStatus status, bool isLink, FolderOnTheWay folder, Stack<FolderOnTheWay> folders)
    {
        if (_destination is not null && Real(path) == _destination)
            return SourceEntry.Skip(path, "it is the destination");
        var next = new FolderOnTheWay(path, folder) { Status = status };
        if (isLink && next.IsItsOwnParent())
            return SourceEntry.Skip(path, "it is a link to a directory that it is in");
        folders.Push(next);
        return null;
    }

    private SourceEntry? Take(FolderListing.Found found, string relative, string root, FileStatus status)
    {
        if (TemporaryFile.IsName(found.Name) || TemporaryFile.IsLockName(found.Name))
            return SourceEntry.Skip(found.Path, "it is a temporary file of ours");
        if (selection.Include.Count > 0 && !Matches(selection.Include, found.Name, relative))
            return null;
        // One with the name of an envelope is meant to be one, and fails when it is none; another is only asked.
        if (selection.EnvelopesOnly && !found.Name.EndsWith(EnvelopeName.Extension, StringComparison.OrdinalIgnoreCase) && !IsEnvelope(found.Path))
            return SourceEntry.Skip(found.Path, "it is no envelope");
        return Entry(found.Path, root, status.Length);
    }

    private SourceEntry Entry(string full, string root, long length)
    {
        if (_destination is not null && IsBelow(full, _destination))
            return SourceEntry.Skip(full, "it is below the destination");
        return IsBelow(full, root)
            ? new SourceEntry(full, Path.GetRelativePath(root, full), length)
            : SourceEntry.Fail(new EnvelopeException(EnvelopeError.OutsideRoot, $"it is not below the root '{root}'; give --root or -Root.").About(full));
    }

    private static bool IsEnvelope(string path)
    {
        try
        {
            using var file = SourceFile.Open(FileSystem.Default, path);
            return file.IsEnvelope();
        }
        catch (Exception failure) when (failure is EnvelopeException || DiskFailure.Is(failure))
        {
            return true; // what is wrong with it, the work on it will say
        }
    }

    private static bool Matches(IReadOnlyList<WildcardPattern> patterns, string name, string relative) =>
        patterns.Any(pattern => pattern.Matches(pattern.MatchesPaths ? relative.Replace(Path.DirectorySeparatorChar, '/') : name));

    private static bool IsBelow(string path, string folder) =>
        path.Length > folder.Length
        && path.StartsWith(folder, OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase)
        && (Path.EndsInDirectorySeparator(folder) || path[folder.Length] == Path.DirectorySeparatorChar);

    // The destination may be named by way of a link.
    private static string Real(string path) =>
        (Directory.Exists(path) ? new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName : null) ?? Path.TrimEndingDirectorySeparator(path);

    /// <summary>A directory, and those that led to it: enough to see a loop of links.</summary>
    private sealed record FolderOnTheWay(string Path, FolderOnTheWay? Parent)
    {
        public FileStatus? Status { get; init; } = FileStatus.Of(Path);

        public bool IsItsOwnParent()
        {
            for (var parent = Parent; parent is not null; parent = parent.Parent)
            {
                if (Status is { } mine && parent.Status is { } theirs && mine.IsSameFileAs(theirs))
                    return true;
            }
            return false;
        }
    }
}
