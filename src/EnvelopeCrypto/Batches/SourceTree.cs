using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Batches;

/// <summary>
/// Finds the files of a path that was given: the path itself, what a wildcard matches, or all of a directory. It goes through a tree
/// as it is asked, and keeps no list of it. The folders that it has opened are closed with it, after the last file was worked on.
/// </summary>
internal sealed partial class SourceTree : IDisposable
{
    private readonly SourceSelection _selection;
    private readonly string? _root;
    private readonly ExpectedInputs _expected;
    private readonly WildcardPattern[] _include;
    private readonly WildcardPattern[] _exclude;
    private readonly DestinationFolder? _destination;
    private readonly NamedFolders _named = new();

    /// <summary>A tree of which nothing has been looked at yet.</summary>
    public SourceTree(SourceSelection selection)
    {
        _selection = selection;
        _root = selection.Root is { } root ? Path.GetFullPath(root) : null;
        _expected = new ExpectedInputs(selection.Recurse, IsChosen);
        _include = [.. selection.Include.Select(pattern => new WildcardPattern(pattern))];
        _exclude = [.. selection.Exclude.Select(pattern => new WildcardPattern(pattern))];
        _destination = selection.Destination is { } destination ? new DestinationFolder(destination) : null;
    }

    public void Dispose() => _named.Dispose();

    /// <summary>
    /// Tells beforehand what will be given, so that no output replaces an input that is still to come. What comes one by one from a
    /// pipeline is remembered by itself.
    /// </summary>
    public void Expect(IEnumerable<string> paths)
    {
        foreach (var path in paths.Where(path => !path.Contains('\0', StringComparison.Ordinal)))
            _expected.Add(Path.GetFullPath(path));
    }

    /// <summary>Tells beforehand of a path with wildcard words.</summary>
    internal void ExpectMatching(string pattern, int literal = 0)
    {
        if (pattern.Contains('\0', StringComparison.Ordinal))
            return;
        var (folder, names) = WildcardPath.Split(pattern, literal);
        _expected.AddMatching(Path.GetFullPath(folder), names);
    }

    /// <summary>Whether a file that is there is one of the inputs: named, or met below a directory that is gone through.</summary>
    public bool WouldTake(string path)
    {
        var real = RealPath.OfEntry(path);
        return (_expected.Has(path) || (real != path && _expected.Has(real)))
            && (_selection.TakesEnvelopes || _selection.EnvelopesOnly || !IsEnvelope(path));
    }

    /// <summary>A path that is meant letter by letter.</summary>
    /// <param name="path">A file or directory.</param>
    /// <param name="defaultRoot">The root of a file, when the selection names none; null: the folder it is in.</param>
    public IEnumerable<SourceEntry> Find(string path, string? defaultRoot = null)
    {
        SourceEntry? failed = null;
        FileStatus? status = null;
        try
        {
            status = FileSystem.Default.StatusOf(path) ?? throw new FileNotFoundException();
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            failed = SourceEntry.Fail(DiskFailure.Reading(path, failure));
        }
        if (failed is not null)
            return [failed];
        if (_selection.FromPipeline)
            Remember(Path.GetFullPath(path), status!.Value.Kind);
        if (status!.Value.Kind != FileKind.Folder)
            return [AsGiven(Named(path, status.Value, defaultRoot), path)];
        if (!_selection.Recurse && !_selection.FromPipeline)
            return [SourceEntry.Fail(new EnvelopeException(EnvelopeError.SourceNotAFile, "this is a folder.").About(path))];
        return FindInFolder(path, status.Value, RootOr(path)).Select(entry => AsGiven(entry, path));
    }

    /// <summary>A path with wildcard words in its last names. Its root is the part before the first of them.</summary>
    /// <param name="pattern">The path.</param>
    /// <param name="literal">As of <see cref="WildcardPath.Split"/>.</param>
    public IEnumerable<SourceEntry> FindMatching(string pattern, int literal = 0)
    {
        var (folder, names) = WildcardPath.Split(pattern, literal);
        var isBare = folder == "." && pattern[0] != '.'; // "a*", not "./a*"
        var any = false;
        foreach (var found in WildcardPath.Expand(Path.GetFullPath(folder), names, followLinks: !_selection.RemovesSources))
        {
            any = true;
            foreach (var entry in Matched(found, RootOr(folder)))
                yield return AsGiven(entry, folder, isBare);
        }
        if (!any && !_selection.AllowEmpty)
            yield return SourceEntry.Fail(WildcardPath.NothingMatches(pattern));
    }

    // Directories are gone through: what is below one has to be known by its name. Files can be many; only such are kept as an output
    // could replace, and none below the destination is an input.
    private void Remember(string path, FileKind kind)
    {
        if (kind == FileKind.Folder)
            _expected.Add(path);
        else if (_selection.MayReplace && _selection.Destination is null
            && (_selection.EnvelopesOnly || path.EndsWith(EnvelopeName.Extension, StringComparison.OrdinalIgnoreCase)))
        {
            _expected.AddPiped(path);
        }
    }

    private bool IsChosen(string path, string top)
    {
        var name = Path.GetFileName(path);
        var relative = Path.GetRelativePath(_root ?? top, path);
        return !TemporaryFile.IsName(name) && !TemporaryFile.IsLockName(name)
            && !Path.GetRelativePath(top, path).Split(Path.DirectorySeparatorChar).Any(part => Matches(_exclude, part, relative))
            && (_include.Length == 0 || Matches(_include, name, relative))
            && (!_selection.EnvelopesOnly || name.EndsWith(EnvelopeName.Extension, StringComparison.OrdinalIgnoreCase) || IsEnvelope(path));
    }

    private string RootOr(string folder) => _root ?? Path.GetFullPath(folder);

    // What a pattern matches is chosen like what is met in a tree; but a link is followed, as if it were named.
    private IEnumerable<SourceEntry> Matched(FolderListing.Found found, string root)
    {
        var relative = Path.GetRelativePath(root, found.Path);
        if (Matches(_exclude, found.Name, relative))
            return [];
        if (found.Failure is { } failure)
            return [SourceEntry.Fail(failure)];
        var isLink = found.Status is { Kind: FileKind.SymbolicLink };
        if (isLink && _selection.RemovesSources)
            return [SourceEntry.Skip(found.Path, "it is a symbolic link, and sources are removed") with { IsLink = true }];
        return found.Target() switch
        {
            null => Find(found.Path),
            { Kind: FileKind.Folder } folder => FindInFolder(found.Path, folder, root, within: isLink ? null : FolderOf(found)),
            { Kind: FileKind.Regular } file =>
                Matched(found, relative, root, file) is { } entry ? [entry] : [],
            _ => [Special(found.Path)],
        };
    }

    // What was a link when it was found is followed; what becomes one later is not.
    private SourceEntry? Matched(FolderListing.Found found, string relative, string root, FileStatus status)
    {
        if (found.Status is { Kind: FileKind.SymbolicLink })
            return Take(found, relative, root, named: null, status, isLink: true);
        var (named, failure) = OpenNamed(FolderOf(found));
        if (failure is not null)
            return SourceEntry.Fail(failure);
        return Take(found, relative, root, named, status, isLink: false) is { } entry ? entry with { Root = named } : null;
    }

    private static string FolderOf(FolderListing.Found found) => Path.GetDirectoryName(Path.GetFullPath(found.Path))!;

    private SourceEntry Named(string path, FileStatus status, string? defaultRoot)
    {
        var full = Path.GetFullPath(path);
        var root = _root ?? Path.GetFullPath(defaultRoot ?? Path.GetDirectoryName(full) ?? full);
        if (status.Kind != FileKind.Regular)
            return Special(path);
        return _destination?.HoldsFile(full) == true ? BelowDestination(full) : Entry(full, root, status.Length);
    }

    // Anyone who gave a relative path sees relative paths.
    private static SourceEntry AsGiven(SourceEntry entry, string given, bool isBare = false)
    {
        if (Path.IsPathFullyQualified(given))
            return entry;
        var top = Path.GetFullPath(given);
        // What Windows makes of a path is not always the file's own.
        var below = IsBelow(entry.Path, top)
            ? entry.Path[top.Length..].TrimStart(Path.DirectorySeparatorChar)
            : Path.GetRelativePath(top, Path.GetFullPath(entry.Path));
        var shown = below == "." ? given : isBare ? below : Path.Combine(given, below);
        return entry with { Given = shown, Failure = entry.Failure?.OfFile(shown) };
    }

    private static SourceEntry Special(string path) =>
        SourceEntry.Fail(new EnvelopeException(EnvelopeError.SourceNotAFile, "it is a pipe, socket or device; only regular files are read.").About(path));

    private static SourceEntry BelowDestination(string path) => SourceEntry.Skip(path, "it is below the destination");

    // Our locks are empty: what holds something under such a name is the user's.
    private static bool IsOurs(string name, long length) => TemporaryFile.IsName(name) || (TemporaryFile.IsLockName(name) && length == 0);

    private static SourceEntry Entry(string full, string root, long length) => IsBelow(full, root)
        ? new SourceEntry(full, Path.GetRelativePath(root, full), length)
        : SourceEntry.Fail(new EnvelopeException(EnvelopeError.OutsideRoot, $"it is not below the root '{root}'.").About(full));

    private static bool IsEnvelope(FilePlace path)
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

    private static bool Matches(WildcardPattern[] patterns, string name, string relative) =>
        Array.Exists(
            patterns, pattern => pattern.Matches(pattern.MatchesPaths ? relative.Replace(Path.DirectorySeparatorChar, '/') : name));

    internal static bool IsBelow(string path, string folder) =>
        path.Length > folder.Length
        && path.StartsWith(folder, OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase)
        && (Path.EndsInDirectorySeparator(folder) || path[folder.Length] == Path.DirectorySeparatorChar);
}
