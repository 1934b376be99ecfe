using EnvelopeCrypto.Batches;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Where outputs go: below -DestinationPath, or beside their inputs.</summary>
internal static class Destinations
{
    /// <summary>A destination is a folder, but for one named file that does not exist as a folder.</summary>
    public static bool IsFolder(string? destination, bool isPiped, bool recurse, string[] paths, string[] literalPaths)
    {
        if (destination is null)
            return false;
        string[] given = [.. paths, .. literalPaths];
        var isOneFile = !isPiped && !recurse && given.Length == 1 && !(paths.Length == 1 && WildcardPattern.HasWords(paths[0]));
        return !isOneFile || Directory.Exists(destination) || Path.EndsInDirectorySeparator(destination);
    }

    public static string For(SourceEntry entry, string? destination, bool isFolder, Func<string, string> rename) =>
        destination is null ? rename(entry.Path)
        : isFolder ? rename(Path.Combine(destination, entry.RelativePath))
        : destination;
}
