using System.Collections;

namespace EnvelopeCrypto.Primitives;

/// <summary>
/// PowerShell's wildcard words (about_Wildcards): <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[a-z]</c>, and a backtick that takes a
/// character's meaning away. Case is ignored, as PowerShell does on every system.
/// </summary>
internal sealed class WildcardPattern
{
    private const int UsualLength = 256; // a name on most disks has at most 255 characters

    private const string LiteralPrefix = @"\\?\";

    private static readonly char[] Words = ['*', '?', '['];

    private readonly Part[] _parts;

    /// <param name="pattern">As the user wrote it.</param>
    public WildcardPattern(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        MatchesPaths = pattern.Contains('/', StringComparison.Ordinal)
            || (OperatingSystem.IsWindows() && pattern.Contains('\\', StringComparison.Ordinal));
        _parts = Parse(OperatingSystem.IsWindows() ? pattern.Replace('\\', '/') : pattern);
    }

    private enum Kind
    {
        Character,
        AnyCharacter,
        OneOf,
        AnyText,
    }

    /// <summary>Whether the pattern has a separator, and so is for the path below the root instead of a single name.</summary>
    public bool MatchesPaths { get; }

    /// <summary>Whether a path given by a user has wildcard words in it.</summary>
    public static bool HasWords(string path) => FirstWord(path) >= 0;

    /// <summary>Where the first wildcard word of a path is; -1 when it has none.</summary>
    public static int FirstWord(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var prefix = PrefixLength(path);
        var first = path.AsSpan(prefix).IndexOfAny(Words);
        return first < 0 ? first : prefix + first;
    }

    /// <summary>The length of the prefix by which Windows takes a path as it is, in which ? is not a wildcard.</summary>
    public static int PrefixLength(string path) => path.StartsWith(LiteralPrefix, StringComparison.Ordinal) ? LiteralPrefix.Length : 0;

    /// <summary>Whether all of the name, or of the path with <c>/</c> between its names, matches.</summary>
    /// <remarks>Takes at most (length of the pattern) x (length of the text) steps.</remarks>
    public bool Matches(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var folded = text.Length <= UsualLength ? stackalloc char[text.Length] : new char[text.Length];
        for (var i = 0; i < text.Length; i++)
            folded[i] = Fold(text[i]);
        return MatchesFolded(folded);
    }

    // Only the last * that was met ever takes one character more: what an earlier one could do, the last one can do too.
    private bool MatchesFolded(ReadOnlySpan<char> text)
    {
        var (part, at) = (0, 0);
        var (afterStar, takenTo) = (-1, 0);
        while (at < text.Length)
        {
            if (part < _parts.Length && _parts[part].Kind == Kind.AnyText)
            {
                (afterStar, takenTo) = (++part, at);
            }
            else if (part < _parts.Length && _parts[part].Matches(text[at]))
            {
                part++;
                at++;
            }
            else if (afterStar >= 0)
            {
                (part, at) = (afterStar, ++takenTo);
            }
            else
            {
                return false;
            }
        }
        return part == _parts.Length || (part == _parts.Length - 1 && _parts[part].Kind == Kind.AnyText);
    }

    // By UTF-16 unit, so that a match depends on no culture and on no neighbor.
    private static char Fold(char c) => char.ToLowerInvariant(c);

    private static Part[] Parse(string pattern)
    {
        var parts = new List<Part>(pattern.Length);
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '`' && i + 1 < pattern.Length)
                parts.Add(new Part(Kind.Character, Fold(pattern[++i])));
            else if (c == '*' && parts is [.., { Kind: Kind.AnyText }])
                continue; // two mean the same as one
            else if (c == '*')
                parts.Add(new Part(Kind.AnyText));
            else if (c == '?')
                parts.Add(new Part(Kind.AnyCharacter));
            else if (c == '[' && TryClass(pattern, ref i) is { } set)
                parts.Add(new Part(Kind.OneOf, Set: set));
            else
                parts.Add(new Part(Kind.Character, Fold(c)));
        }
        return [.. parts];
    }

    // A bracket without its partner, or with nothing between them, stands for itself.
    private static BitArray? TryClass(string pattern, ref int i)
    {
        var end = pattern.IndexOf(']', i + 1);
        if (end <= i + 1)
            return null;
        var set = new BitArray(char.MaxValue + 1);
        for (var at = i + 1; at < end; at++)
        {
            var isRange = at < end - 2 && pattern[at + 1] == '-';
            var last = isRange ? pattern[at + 2] : pattern[at];
            for (int c = pattern[at]; c <= last; c++) // a range that runs backwards holds nothing
                set[Fold((char)c)] = true;
            at += isRange ? 2 : 0;
        }
        i = end;
        return set;
    }

    private readonly record struct Part(Kind Kind, char Character = '\0', BitArray? Set = null)
    {
        public bool Matches(char folded) => Kind switch
        {
            Kind.Character => folded == Character,
            Kind.OneOf => Set![folded],
            _ => true,
        };
    }
}
