namespace EnvelopeCrypto.PowerShell;

/// <summary>Paths as PowerShell's own objects carry them.</summary>
internal static class ProviderPath
{
    private const string FileSystem = "Microsoft.PowerShell.Core\\FileSystem::";

    public static string Of(string fullName) => FileSystem + fullName;
}
