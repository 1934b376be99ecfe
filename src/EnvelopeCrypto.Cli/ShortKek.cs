using System.Text.RegularExpressions;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// KEKs in lines for people: of a hash the last letters, as in the module's tables: <c>pub:…1a2b</c>. JSON, <c>inspect</c> and
/// <c>kek list</c> have all of it.
/// </summary>
internal static partial class ShortKek
{
    public static string Of(string kek) => Hash().Replace(kek, "${kind}…${end}");

    public static string List(IEnumerable<string> keks) => string.Join("; ", keks.Select(Of));

    [GeneratedRegex("^(?<kind>x509:|pub:)sha256:[0-9a-f]{60}(?<end>[0-9a-f]{4})\\z", RegexOptions.None, 60_000)]
    private static partial Regex Hash();
}
