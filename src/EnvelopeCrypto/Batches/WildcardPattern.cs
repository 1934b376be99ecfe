using System.Text;
using System.Text.RegularExpressions;

namespace EnvelopeCrypto.Batches;

/// <summary>
/// PowerShell's wildcard words (about_Wildcards): <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[a-z]</c>, and a backtick that takes a
/// character's meaning away. Case is ignored, as PowerShell does on every system.
/// </summary>
internal sealed class WildcardPattern
{
    private static readonly char[] Words = ['*', '?', '['];

    private readonly Regex _regex;

    /// <param name="pattern">As the user wrote it.</param>
    public WildcardPattern(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        MatchesPaths = pattern.Contains('/', StringComparison.Ordinal)
            || (OperatingSystem.IsWindows() && pattern.Contains('\\', StringComparison.Ordinal));
        // NonBacktracking: linear in the name, whatever the pattern.
        _regex = new Regex(
            ToRegex(OperatingSystem.IsWindows() ? pattern.Replace('\\', '/') : pattern),
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);
    }

    /// <summary>Whether the pattern has a separator, and so is for the path below the root instead of a single name.</summary>
    public bool MatchesPaths { get; }

    /// <summary>Whether a path given by a user has wildcard words in it.</summary>
    public static bool HasWords(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.IndexOfAny(Words) >= 0;
    }

    /// <summary>Whether all of the name, or of the path with <c>/</c> between its names, matches.</summary>
    public bool Matches(string text) => _regex.IsMatch(text);

    private static string ToRegex(string pattern)
    {
        var regex = new StringBuilder("\\A");
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '`' && i + 1 < pattern.Length)
                regex.Append(Regex.Escape(pattern[++i].ToString()));
            else if (c == '*')
                regex.Append(".*");
            else if (c == '?')
                regex.Append('.');
            else if (c == '[' && TryClass(pattern, ref i) is { } set)
                regex.Append(set);
            else
                regex.Append(Regex.Escape(c.ToString()));
        }
        return regex.Append("\\z").ToString();
    }

    // A bracket without its partner, or with nothing between them, stands for itself.
    private static string? TryClass(string pattern, ref int i)
    {
        var end = pattern.IndexOf(']', i + 1);
        if (end <= i + 1)
            return null;
        var set = new StringBuilder("[");
        for (var at = i + 1; at < end; at++)
        {
            var isRange = at < end - 2 && pattern[at + 1] == '-';
            if (!isRange)
                set.Append(Literal(pattern[at]));
            else if (pattern[at] <= pattern[at + 2]) // a range that runs backwards holds nothing
                set.Append(Literal(pattern[at])).Append('-').Append(Literal(pattern[at + 2]));
            at += isRange ? 2 : 0;
        }
        i = end;
        return set.Length == 1 ? "[^\\s\\S]" : set.Append(']').ToString();
    }

    private static string Literal(char c) => c is '\\' or '^' or '-' or '[' or ']' ? $"\\{c}" : c.ToString();
}
