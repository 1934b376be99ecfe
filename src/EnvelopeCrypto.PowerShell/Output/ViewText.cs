using System.Management.Automation;

namespace EnvelopeCrypto.PowerShell;

/// <summary>What the module's views show values as. Public, since they call it.</summary>
public static class ViewText
{
    /// <summary>A number of bytes: <c>512 B</c>, <c>1.5 KiB</c>; nothing for null.</summary>
    public static string Size(double? bytes) => bytes is { } size ? ByteSize.Format(size) : "";

    /// <summary>
    /// A file's path in one line: relative to the current location when the file is below it, so that a table in a narrow window shows the
    /// name and not only the folders above it; else the whole path.
    /// </summary>
    public static string File(string path, PathIntrinsics locations)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(locations);
        var folder = Path.TrimEndingDirectorySeparator(locations.CurrentFileSystemLocation.ProviderPath) + Path.DirectorySeparatorChar;
        return OneLine(path.Length > folder.Length && path.StartsWith(folder, StringComparison.Ordinal) ? path[folder.Length..] : path);
    }

    /// <summary>A text that can hold anything, in one line.</summary>
    public static string OneLine(string text) => DisplayText.OneLine(text);
}
