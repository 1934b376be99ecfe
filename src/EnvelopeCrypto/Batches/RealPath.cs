using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Batches;

/// <summary>Where a path really leads. What cannot be found keeps its name; the work on it will say.</summary>
internal static class RealPath
{
    /// <summary>The file or folder behind all links.</summary>
    public static string Of(string path)
    {
        try
        {
            return FileSystem.Default.RealPath(path);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            return path;
        }
    }

    /// <summary>The entry of a folder itself, be it a link, with the folder behind all links.</summary>
    public static string OfEntry(string path) =>
        Path.GetDirectoryName(path) is { } folder ? Path.Join(Of(folder), Path.GetFileName(path)) : path;
}
