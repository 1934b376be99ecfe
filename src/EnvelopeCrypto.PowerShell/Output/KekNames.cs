using System.Collections.ObjectModel;
using System.Text.RegularExpressions;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>KEK references that print joined with <c>; </c>, so that a CSV file shows them, and that <c>-contains</c> looks into.</summary>
public sealed partial class KekNames(IEnumerable<string> names) : ReadOnlyCollection<string>([.. names])
{
    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", this);

    /// <summary>
    /// The same for a table: the first, and how many more there are. Hashes and ids show their last letters, which tell them apart:
    /// <c>x509:…1a2b +1</c>.
    /// </summary>
    public static string Brief(IEnumerable<string?> keks)
    {
        ArgumentNullException.ThrowIfNull(keks);
        string[] all = [.. keks.Select(kek => DisplayText.OneLine(kek ?? ""))];
        return all.Length switch
        {
            0 => "",
            1 => Short(all[0]),
            var count => $"{Short(all[0])} +{count - 1}",
        };
    }

    private static string Short(string kek) => KeyArn().Replace(new KekIdentity(kek).Brief, "aws-kms:…${end}");

    [GeneratedRegex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-z0-9-]{8,}(?<end>[0-9a-f]{4})$", RegexOptions.None, 60_000)]
    private static partial Regex KeyArn();
}
