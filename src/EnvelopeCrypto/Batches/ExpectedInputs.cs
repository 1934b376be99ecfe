using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Batches;

/// <summary>The inputs of a run as far as they are known beforehand, so that no output replaces one that is still to come.</summary>
/// <param name="recurse">Whether what is below a named directory is an input.</param>
/// <param name="isChosen">Whether a path below a folder is an input, by its name.</param>
internal sealed class ExpectedInputs(bool recurse, Func<string, string, bool> isChosen)
{
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private readonly HashSet<PathHash> _piped = [];
    private readonly List<Pattern> _patterns = [];

    /// <summary>A file or directory. Links can lead to it by another path than the one that was given.</summary>
    public void Add(string path)
    {
        _named.Add(path);
        _named.Add(RealPath.Of(path));
    }

    /// <summary>One of many files: what is kept of it is small.</summary>
    public void AddPiped(string path)
    {
        _piped.Add(PathHash.Of(path));
        _piped.Add(PathHash.Of(RealPath.Of(path)));
    }

    /// <summary>What will match in a folder, name by name.</summary>
    public void AddMatching(string folder, string[] names)
    {
        WildcardPattern[] patterns = [.. names.Select(name => new WildcardPattern(name))];
        foreach (var path in new HashSet<string>([folder, RealPath.Of(folder)], StringComparer.Ordinal))
            _patterns.Add(new Pattern(path, patterns));
    }

    public bool Has(string path) =>
        _named.Contains(path)
        || _piped.Contains(PathHash.Of(path))
        || (recurse && _named.Any(top => SourceTree.IsBelow(path, top) && isChosen(path, top)))
        || _patterns.Exists(pattern => pattern.Covers(path, recurse) && isChosen(path, pattern.Folder));

    private sealed record Pattern(string Folder, WildcardPattern[] Names)
    {
        public bool Covers(string path, bool andBelow)
        {
            if (!SourceTree.IsBelow(path, Folder))
                return false;
            var parts = Path.GetRelativePath(Folder, path).Split(Path.DirectorySeparatorChar);
            return (parts.Length == Names.Length || (andBelow && parts.Length > Names.Length))
                && Names.Zip(parts).All(pair => pair.First.Matches(pair.Second));
        }
    }
}
