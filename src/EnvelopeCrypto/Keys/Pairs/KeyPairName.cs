using System.Text.RegularExpressions;

namespace EnvelopeCrypto.Keys.Pairs;

/// <summary>
/// The two things that can stand behind <c>pub:</c>: a path, or the hash. A file whose name looks like that is reached with <c>./</c>.
/// </summary>
internal static partial class KeyPairName
{
    /// <summary>The canonical form of a reference by hash; null for any other.</summary>
    public static string? KidOf(KekReference reference) =>
        PublicHalfHash().IsMatch(reference.Id) ? "pub:" + reference.Id.ToLowerInvariant() : null;

    [GeneratedRegex("^sha256:[0-9A-Fa-f]{64}\\z", RegexOptions.None, 60_000)]
    private static partial Regex PublicHalfHash();
}
