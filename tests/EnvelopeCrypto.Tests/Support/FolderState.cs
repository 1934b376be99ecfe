using System.Security.Cryptography;
using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>All that a folder holds at one moment: names, kinds, bytes, times and modes.</summary>
internal static class FolderState
{
    /// <summary>A line for each entry, sorted.</summary>
    public static string[] Of(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(Describe)];

    private static string Describe(string path)
    {
        var status = FileStatus.Of(path, followLinks: false)!.Value;
        // A lock file that is held cannot be read; none has content.
        var content = status.Kind == FileKind.Regular && !path.EndsWith(".lock", StringComparison.Ordinal) ? Hash(path) : "";
        // The time of a folder changes with a temporary file that was there for a moment.
        return $"{path} {status.Kind} {status.Mode} {content} {(status.Kind == FileKind.Regular ? status.Modified : default)}";
    }

    private static string Hash(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Convert.ToHexString(SHA256.HashData(file));
        }
        catch (UnauthorizedAccessException)
        {
            return "unreadable";
        }
    }
}
