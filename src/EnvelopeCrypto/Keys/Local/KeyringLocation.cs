namespace EnvelopeCrypto.Keys.Local;

/// <summary>Where the keyring is: in the folder that <c>ENVELOPECRYPTO_HOME</c> names, else in the platform's data folder.</summary>
internal static class KeyringLocation
{
    /// <summary>The environment variable that names the home folder of EnvelopeCrypto.</summary>
    public const string Variable = "ENVELOPECRYPTO_HOME";

    private const string HomeName = "EnvelopeCrypto";
    private const string KeyringName = "keyring";

    /// <summary>The keyring's folder, <c>keyring</c> in the home folder. Nothing is made.</summary>
    /// <param name="given">The home folder, when the user named one.</param>
    /// <exception cref="EnvelopeException"><see cref="EnvelopeError.KeyringLocationUnknown"/>.</exception>
    public static string Resolve(string? given = null) =>
        Path.Combine(ResolveHome(given, Environment.GetEnvironmentVariable(Variable), DataFolder()), KeyringName);

    /// <summary>The home folder of EnvelopeCrypto as a full path.</summary>
    internal static string ResolveHome(string? given, string? variable, string dataFolder)
    {
        if (!string.IsNullOrEmpty(given))
            return Path.GetFullPath(given);
        if (!string.IsNullOrEmpty(variable))
            return Path.GetFullPath(variable);
        return IsKnown(dataFolder) ? Path.Combine(dataFolder, HomeName) : throw new EnvelopeException(
            EnvelopeError.KeyringLocationUnknown,
            $"there is no place for the keyring: this user has no home folder. Set {Variable} to a folder that only this user can read.");
    }

    // Unverified, since a new user's data folder is only made when it is first needed.
    private static string DataFolder() =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);

    // For a user without a home .NET takes the root folder instead.
    private static bool IsKnown(string dataFolder) => dataFolder is not ("" or "/.local/share" or "/Library/Application Support");
}
