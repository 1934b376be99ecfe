using System.Text.RegularExpressions;

namespace EnvelopeCrypto.Keys.Certificates;

/// <summary>
/// The three things that can stand behind <c>x509:</c>. What looks like a hash is one: a file of such a name is reached with <c>./</c>.
/// </summary>
internal static partial class CertificateName
{
    private const string Prefix = "x509:";

    /// <summary>The canonical form of a reference by public key; null for any other.</summary>
    public static string? KidOf(KekReference reference) =>
        PublicKeyHash().IsMatch(reference.Id) ? Prefix + reference.Id.ToLowerInvariant() : null;

    /// <summary>SHA-1 or SHA-256 of the whole certificate, as stores show it.</summary>
    public static bool IsThumbprint(KekReference reference) => Thumbprint().IsMatch(reference.Id);

    [GeneratedRegex("^sha256:[0-9A-Fa-f]{64}\\z", RegexOptions.None, 60_000)]
    private static partial Regex PublicKeyHash();

    [GeneratedRegex("^([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})\\z", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Thumbprint();
}
