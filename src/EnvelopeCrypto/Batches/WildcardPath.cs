using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Batches;

/// <summary>A path with wildcard words in some of its names, as <c>-Path</c> takes it.</summary>
internal static class WildcardPath
{
    /// <summary>The part before the first name with a wildcard word, and the names from there on.</summary>
    /// <param name="pattern">The path.</param>
    /// <param name="literal">How many characters at its front are no pattern, whatever they are: a folder with its last separator.</param>
    public static (string Folder, string[] Names) Split(string pattern, int literal = 0)
    {
        // "C:*.sql" is for the current folder of that drive.
        var root = Path.GetPathRoot(pattern) is { } start && WildcardPattern.HasWords(pattern[start.Length..]) ? start.Length : 0;
        var prefix = pattern[..Math.Max(Math.Max(literal, root), WildcardPattern.PrefixLength(pattern))];
        var names = pattern[prefix.Length..].Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        var first = Array.FindIndex(names, WildcardPattern.HasWords);
        var folder = prefix + string.Join(Path.DirectorySeparatorChar, names[..first]);
        if (first > 0 && folder.Length == 0)
            folder = Path.DirectorySeparatorChar.ToString();
        return (folder.Length == 0 ? "." : folder, [.. names[first..].Where(name => name is not ("" or "."))]);
    }

    /// <summary>What is there and matches, name by name.</summary>
    /// <param name="folder">Where the first name is looked for.</param>
    /// <param name="names">The names, with wildcard words.</param>
    /// <param name="followLinks">Whether a link to a folder stands for it where more names follow.</param>
    public static IEnumerable<FolderListing.Found> Expand(string folder, ReadOnlyMemory<string> names, bool followLinks = true)
    {
        var pattern = new WildcardPattern(names.Span[0]);
        foreach (var found in FolderListing.Read((FilePlace)folder))
        {
            if (found.Failure is { Error: EnvelopeError.SourceNotFound } || (found.Path != folder && !pattern.Matches(found.Name)))
                continue;
            if (names.Length == 1 || found.Path == folder)
            {
                yield return found; // the folder itself comes when it cannot be read
            }
            else if (followLinks ? found.Target() is { Kind: FileKind.Folder } : found.Status is { Kind: FileKind.Folder })
            {
                foreach (var deeper in Expand(found.Path, names[1..], followLinks))
                    yield return deeper;
            }
        }
    }

    /// <summary>An error, not a silent empty backup.</summary>
    public static EnvelopeException NothingMatches(string pattern, FileSystem? files = null) => new EnvelopeException(
        EnvelopeError.NothingMatched,
        IsName(pattern, files ?? FileSystem.Default)
            ? "nothing matches this pattern, but a file has it as its name."
            : "nothing matches this pattern.")
        .About(pattern);

    /// <summary>Whether a file or folder has the pattern as its name, letter by letter.</summary>
    public static bool IsName(string pattern, FileSystem files)
    {
        try
        {
            return files.StatusOf(pattern) is not null;
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            return false; // on Windows no name can have a * or ?
        }
    }
}
