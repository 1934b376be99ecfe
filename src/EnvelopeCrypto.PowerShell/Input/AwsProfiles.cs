namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// The names of profiles in the shared files of AWS, and whether anything there or in the environment could reach it. For completion alone.
/// </summary>
internal static class AwsProfiles
{
    private const string Profile = "profile ";

    /// <summary>Credentials are named somewhere, so that asking AWS is not only a wait.</summary>
    public static bool IsAwsThere => Variable("AWS_ACCESS_KEY_ID") is not null || Variable("AWS_PROFILE") is not null
        || Variable("AWS_WEB_IDENTITY_TOKEN_FILE") is not null || Names().Count > 0;

    /// <summary>The names, sorted; none where there are no such files.</summary>
    public static IReadOnlyCollection<string> Names() => new SortedSet<string>(
        [.. Sections("AWS_CONFIG_FILE", "config").Where(IsProfile).Select(NameOf), .. Sections("AWS_SHARED_CREDENTIALS_FILE", "credentials")], StringComparer.Ordinal);

    // A section of another kind (sso-session, services) has its kind before its name.
    private static bool IsProfile(string section) => section == "default" || section.StartsWith(Profile, StringComparison.Ordinal);

    private static string NameOf(string section) => section == "default" ? section : section[Profile.Length..].Trim();

    private static List<string> Sections(string variable, string name)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var path = Variable(variable) ?? (home.Length > 0 ? Path.Combine(home, ".aws", name) : null);
        try
        {
            var lines = path is null ? [] : File.ReadLines(path).Select(line => line.Trim());
            return [.. lines.Where(line => line.StartsWith('[') && line.EndsWith(']')).Select(line => line[1..^1].Trim())];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return []; // not there, or not to be read: there is nothing to complete
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
