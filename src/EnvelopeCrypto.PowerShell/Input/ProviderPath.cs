namespace EnvelopeCrypto.PowerShell;

/// <summary>Paths as PowerShell's own objects carry them.</summary>
internal static class ProviderPath
{
    private const string FileSystem = "Microsoft.PowerShell.Core\\FileSystem::";

    public static string Of(string fullName) => FileSystem + fullName;

    /// <summary>
    /// The file of such a path, letter by letter. PowerShell itself would take a backslash in a name for a separator, on every system.
    /// </summary>
    public static string? TryFile(string path) =>
        path.StartsWith(FileSystem, StringComparison.OrdinalIgnoreCase) && Path.IsPathFullyQualified(path[FileSystem.Length..])
            ? path[FileSystem.Length..]
            : null;
}
