using System.Collections.ObjectModel;
using System.Text.RegularExpressions;

namespace EnvelopeCrypto.PowerShell;

/// <summary>KEK references that print joined with <c>; </c>, so that a CSV file shows them, and that <c>-contains</c> looks into.</summary>
public sealed partial class KekNames(IEnumerable<string> names) : ReadOnlyCollection<string>([.. names])
{
    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", this);

    /// <summary>The same for a table, where keys of AWS KMS show what tells them apart: <c>aws-kms:ID</c> instead of an ARN.</summary>
    public static string Brief(IEnumerable<string?> keks) => string.Join("; ", keks.Select(kek => KeyArn().Replace(kek ?? "", "aws-kms:")));

    [GeneratedRegex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", RegexOptions.None, 60_000)]
    private static partial Regex KeyArn();
}
