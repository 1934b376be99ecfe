using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// The paths of a command. A shell of Unix expands wildcards before the tool sees them; no shell of Windows does, so there the tool does
/// it, as the cmdlets do. A path that is there letter by letter is meant so.
/// </summary>
/// <param name="paths">As they were given; those after <c>--</c> too, since that only ends the options.</param>
/// <param name="expandsWildcards">Whether that is for the tool to do.</param>
/// <param name="files">Where they are.</param>
internal sealed class InputPaths(IReadOnlyList<string> paths, bool expandsWildcards, FileSystem files)
{
    /// <summary>The paths of a command on this system.</summary>
    public InputPaths(IReadOnlyList<string> paths)
        : this(paths, OperatingSystem.IsWindows(), FileSystem.Default)
    {
    }

    /// <summary>Whether they can mean more than one file or folder.</summary>
    public bool AreSeveral => paths.Count > 1 || paths.Any(IsPattern);

    /// <summary>Tells the tree which files will be given.</summary>
    public void Announce(SourceTree tree)
    {
        tree.Expect(paths.Where(path => !IsPattern(path)));
        foreach (var pattern in paths.Where(IsPattern))
            tree.ExpectMatching(pattern);
    }

    /// <summary>What the paths mean, as it is found.</summary>
    public IEnumerable<SourceEntry> Find(SourceTree tree) =>
        paths.SelectMany(path => IsPattern(path) ? tree.FindMatching(path) : tree.Find(path));

    private bool IsPattern(string path) =>
        expandsWildcards && WildcardPattern.HasWords(path) && !WildcardPath.IsName(path, files);
}
