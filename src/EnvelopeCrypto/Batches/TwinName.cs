namespace EnvelopeCrypto.Batches;

/// <summary>Whether two names that differ in case or normal form are one on this disk.</summary>
internal static class TwinName
{
    /// <summary>
    /// True when the path leads to a file although its folder has no entry of exactly this name: the file system took a twin for it.
    /// </summary>
    public static bool IsTaken(string path)
    {
        if (!File.Exists(path))
            return false;
        var name = Path.GetFileName(path);
        return !Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!)
            .Any(entry => Path.GetFileName(entry.AsSpan()).Equals(name, StringComparison.Ordinal));
    }
}
