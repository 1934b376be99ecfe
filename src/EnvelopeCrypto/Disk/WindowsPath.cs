namespace EnvelopeCrypto.Disk;

/// <summary>Paths as Windows takes them at any length: full, and with <c>\\?\</c> before them.</summary>
internal static class WindowsPath
{
    private const int LongestName = 255; // of NTFS, in UTF-16 units; no file system of Windows takes more
    private const string Verbatim = @"\\?\";
    private const string VerbatimShare = @"\\?\UNC\";
    private const string Device = @"\\.\";
    private const string Share = @"\\";

    // Wildcards, redirections, and the mark of a stream or drive; nor are control characters allowed.
    private const string NeverInNames = "<>:\"|?*";

    /// <summary>A full path with the prefix; one that has it, or names a device, stays.</summary>
    /// <exception cref="PathTooLongException">A name in it is longer than any file system of Windows takes.</exception>
    public static string Extended(string fullPath)
    {
        foreach (var part in fullPath.Split('\\'))
        {
            if (part.Length > LongestName)
                throw new PathTooLongException($"A name in the path is longer than {LongestName} characters.");
        }
        if (IsDevice(fullPath) || fullPath.StartsWith(Verbatim, StringComparison.Ordinal))
            return fullPath;
        return fullPath.StartsWith(Share, StringComparison.Ordinal) ? VerbatimShare + fullPath[Share.Length..] : Verbatim + fullPath;
    }

    /// <summary>The same path as people write it.</summary>
    public static string Plain(string path)
    {
        if (path.StartsWith(VerbatimShare, StringComparison.OrdinalIgnoreCase))
            return Share + path[VerbatimShare.Length..];
        var hasDrive = path.Length > Verbatim.Length + 1 && path[Verbatim.Length + 1] == ':';
        return hasDrive && path.StartsWith(Verbatim, StringComparison.Ordinal) ? path[Verbatim.Length..] : path;
    }

    /// <summary>
    /// Whether a file can have that name, and a path without a prefix leads to it: not to a stream or device, or to a name without its last
    /// dot or blank.
    /// </summary>
    public static bool IsUsable(string name)
    {
        if (!HasAllowedCharacters(name))
            return false;
        const string folder = @"C:\a\";
        return Path.GetFullPath(folder + name) is var full && full.Length == folder.Length + name.Length
            && full.EndsWith(name, StringComparison.Ordinal);
    }

    /// <summary>Whether Windows takes each character in the name of a file or folder.</summary>
    public static bool HasAllowedCharacters(string name) =>
        !name.Any(character => character is > '\0' and < ' ' || NeverInNames.Contains(character)); // with a zero it is no path on any system

    /// <summary>Whether a full path is that of a pipe or device: to open one can act.</summary>
    public static bool IsDevice(string fullPath) => fullPath.StartsWith(Device, StringComparison.Ordinal);
}
