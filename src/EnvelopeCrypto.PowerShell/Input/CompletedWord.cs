using System.Management.Automation;

namespace EnvelopeCrypto.PowerShell;

/// <summary>What completers have in common: the word without its quotes, and results in quotes where they need them.</summary>
internal static class CompletedWord
{
    public static string Bare(string? word) => (word ?? "").Trim('\'', '"');

    public static string Quoted(string text) =>
        text.Length > 0 && text.All(letter => char.IsLetterOrDigit(letter) || "-_./\\:~".Contains(letter, StringComparison.Ordinal))
        ? text
        : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public static IEnumerable<CompletionResult> Matching(IEnumerable<string> values, string? word) => values
        .Where(value => value.StartsWith(Bare(word), StringComparison.OrdinalIgnoreCase))
        .Select(value => new CompletionResult(Quoted(value), value, CompletionResultType.ParameterValue, value));
}
