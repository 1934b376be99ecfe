using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Batches;

/// <summary>Whether two names that differ in case or normal form are one on this disk.</summary>
internal static class TwinName
{
    /// <summary>
    /// True when the path leads to a file although its folder has no entry of exactly this name: the file system took a twin for it.
    /// </summary>
    public static bool IsTaken(FileSystem files, FilePlace place)
    {
        if (files.StatusOf(place) is null)
            return false;
        using var folder = place.OpenFolder(files);
        return !files.List(folder).Any(entry => entry.Name.Equals(place.Name, StringComparison.Ordinal));
    }
}
