using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Batches;

/// <content>Going through a directory, and what becomes of each thing that is met there.</content>
internal sealed partial class SourceTree
{
    /// <param name="path">The folder.</param>
    /// <param name="status">What the file system says of it.</param>
    /// <param name="root">The folder below which names are kept.</param>
    /// <param name="within">The folder that was named, below which no link is followed; null: the folder itself.</param>
    private IEnumerable<SourceEntry> FindInFolder(string path, FileStatus status, string root, string? within = null)
    {
        if (!_selection.Recurse)
            return [SourceEntry.Skip(path, "this is a folder, and recursion was not asked for")];
        if (_destination?.Is(path, status) == true)
            return [SourceEntry.Skip(path, "it is the destination")];
        return _destination?.Holds(path) == true ? [BelowDestination(path)] : Walk(path, status, root, within);
    }

    private IEnumerable<SourceEntry> Walk(string top, FileStatus status, string root, string? within)
    {
        var full = Path.GetFullPath(top);
        var (named, failure) = OpenNamed(within ?? full);
        if (failure is not null)
        {
            yield return SourceEntry.Fail(failure);
            yield break;
        }
        var folders = new Stack<FolderOnTheWay>();
        folders.Push(new FolderOnTheWay(full, status, Parent: null));
        while (folders.TryPop(out var folder))
        {
            var isEmpty = true;
            foreach (var found in FolderListing.Read(new FilePlace(folder.Path, named)))
            {
                isEmpty = false;
                if (Judge(found, folder, root, named, folders) is { } entry)
                    yield return entry.IsInput ? entry with { Root = named } : entry;
            }
            if (isEmpty)
                yield return SourceEntry.Skip(folder.Path, "it is an empty directory; only files are kept");
        }
    }

    private (Folder? Named, EnvelopeException? Failure) OpenNamed(string folder) =>
        _selection.FollowSymlink ? (null, null) : _named.Open(folder);

    // Null for what goes without saying: a directory that is gone through, a file that a pattern leaves out.
    private SourceEntry? Judge(
        FolderListing.Found found, FolderOnTheWay folder, string root, Folder? named, Stack<FolderOnTheWay> folders)
    {
        var relative = Path.GetRelativePath(root, found.Path);
        if (Matches(_exclude, found.Name, relative))
            return null;
        var (status, isLink) = (found.Status, false);
        if (status is { Kind: FileKind.SymbolicLink })
        {
            if (!_selection.FollowSymlink)
                return SourceEntry.Skip(found.Path, "it is a symbolic link") with { IsLink = true };
            (status, isLink) = (found.Target(), true);
            if (status is null)
                return SourceEntry.Fail(new EnvelopeException(EnvelopeError.SourceNotFound, "it is a link to nothing.").About(found.Path));
        }
        // What another run, or this one, tidied up while the directory was read was not an input.
        if (status is null && found.Failure is { Error: EnvelopeError.SourceNotFound } && IsOurs(found.Name, length: 0))
            return null;
        return status switch
        {
            null => SourceEntry.Fail(found.Failure!),
            { Kind: FileKind.Folder } => Enter(found.Path, status.Value, isLink, folder, folders),
            { Kind: FileKind.Regular } file => Take(found, relative, root, named, file, isLink),
            _ => Special(found.Path),
        };
    }

    private SourceEntry? Enter(string path, FileStatus status, bool isLink, FolderOnTheWay folder, Stack<FolderOnTheWay> folders)
    {
        if (_destination?.Is(path, status) == true)
            return SourceEntry.Skip(path, "it is the destination");
        if (isLink && _destination?.Holds(path) == true)
            return BelowDestination(path);
        var next = new FolderOnTheWay(path, status, folder);
        // Not only links: one to above the tree leads into the tree again.
        if (_selection.FollowSymlink && next.IsItsOwnParent())
            return SourceEntry.Skip(path, "a link leads into a directory that it is in");
        folders.Push(next);
        return null;
    }

    private SourceEntry? Take(
        FolderListing.Found found, string relative, string root, Folder? named, FileStatus status, bool isLink)
    {
        if (IsOurs(found.Name, status.Length))
            return SourceEntry.Skip(found.Path, "it is a temporary file of ours");
        if (_include.Length > 0 && !Matches(_include, found.Name, relative))
            return null;
        if (isLink && _destination?.HoldsFile(found.Path) == true)
            return BelowDestination(found.Path);
        // One with the name of an envelope is meant to be one, and fails when it is none; another is only asked.
        if (_selection.EnvelopesOnly && !found.Name.EndsWith(EnvelopeName.Extension, StringComparison.OrdinalIgnoreCase)
            && !IsEnvelope(new FilePlace(found.Path, named)))
        {
            return SourceEntry.Skip(found.Path, "it is not an envelope");
        }
        return Entry(found.Path, root, status.Length);
    }

    /// <summary>A directory, and those that led to it: enough to see a loop of links.</summary>
    private sealed record FolderOnTheWay(string Path, FileStatus Status, FolderOnTheWay? Parent)
    {
        public bool IsItsOwnParent()
        {
            for (var parent = Parent; parent is not null; parent = parent.Parent)
            {
                if (Status.IsSameFileAs(parent.Status))
                    return true;
            }
            return false;
        }
    }
}
