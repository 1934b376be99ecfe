using System.Text;
using System.Text.RegularExpressions;
using EnvelopeCrypto.Primitives;
using EnvelopeCrypto.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace EnvelopeCrypto.Tests.Primitives;

/// <summary>PowerShell's wildcard words, compared with what <c>-like</c> says.</summary>
public sealed class WildcardPatternTests
{
    // The words, what regular expressions take for words, and characters with case: of one form, of three, of none.
    private const string InPatterns =
        "***??[[[]]]``---!^abcABzkK\u212a/.$+(){}|\\ \n#019\u00e9\u00c9\u03c3\u03c2\u03a3iI\u0130\u0131\ud83d\ude00";

    private const RegexOptions AsPowerShell =
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking;

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "a\nb", true)]
    [InlineData("*.txt", "a.txt", true)]
    [InlineData("*.txt", "a.txt.gz", false)]
    [InlineData("*.txt", ".txt", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("a?c", "a\nc", true)]
    [InlineData("a*b*c", "axxbyyc", true)]
    [InlineData("A.TXT", "a.txt", true)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "Bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[abc]x", "cx", true)]
    [InlineData("[!a]x", "!x", true)] // PowerShell has no negation
    [InlineData("[!a]x", "ax", true)]
    [InlineData("[!a]x", "bx", false)]
    [InlineData("[^a]x", "^x", true)]
    [InlineData("[^a]x", "bx", false)]
    [InlineData("[-a]x", "-x", true)]
    [InlineData("[a-]x", "-x", true)]
    [InlineData("[*]", "*", true)]
    [InlineData("[*]", "a", false)]
    [InlineData("[?]", "a", false)]
    [InlineData("[[]", "[", true)]
    [InlineData("[a-c-e]", "b", true)]
    [InlineData("[--0]", ".", true)] // from - to 0
    [InlineData("[--0]", "1", false)]
    [InlineData("[!--]", "+", true)] // from ! to -
    [InlineData("[\\d]", "5", false)]
    [InlineData("[\\d]", "d", true)]
    [InlineData("a`[1`].txt", "a[1].txt", true)]
    [InlineData("a`[1`].txt", "a1.txt", false)]
    [InlineData("`*", "*", true)]
    [InlineData("`*", "a", false)]
    [InlineData("``", "`", true)]
    [InlineData("a`", "a`", true)]
    [InlineData("a(b)+.$^|{}", "a(b)+.$^|{}", true)]
    [InlineData("a.c", "abc", false)]
    [InlineData("a[", "a[", true)]
    [InlineData("a[]b", "a[]b", true)]
    [InlineData("[z-a]", "m", false)]
    [InlineData("[z-a]*", "zx", false)]
    [InlineData("\ud83d\ude00*", "\ud83d\ude00.txt", true)]
    public void Words_mean_what_they_mean_in_PowerShell(string pattern, string text, bool isMatch) =>
        Assert.Equal(isMatch, new WildcardPattern(pattern).Matches(text));

    [Theory]
    [InlineData("a*", false)]
    [InlineData("sub/*", true)]
    [InlineData("/", true)]
    public void Pattern_with_a_separator_is_for_paths(string pattern, bool isForPaths) =>
        Assert.Equal(isForPaths, new WildcardPattern(pattern).MatchesPaths);

    [Theory]
    [InlineData("a.txt", false)]
    [InlineData("a`b", false)]
    [InlineData("a]b", false)]
    [InlineData("a*", true)]
    [InlineData("a?", true)]
    [InlineData("[a", true)]
    public void Words_are_seen(string path, bool hasWords) => Assert.Equal(hasWords, WildcardPattern.HasWords(path));

    [Fact(Timeout = Patience.Milliseconds)]
    public Task Pattern_of_many_stars_takes_no_longer() => Task.Run(() =>
        Assert.False(new WildcardPattern(string.Concat(Enumerable.Repeat("a*", 100)) + "b").Matches(new string('a', 250))));

    [Fact]
    public void Any_pattern_means_what_it_means_as_a_regular_expression()
    {
        var pattern = Text(InPatterns, fewest: 1, most: 10);
        var text = Text(InPatterns.Replace("*", "", StringComparison.Ordinal), fewest: 0, most: 8);
        // What a pattern says literally, and any text.
        var cases =
            from words in pattern
            from any in text
            from isAny in Gen.Elements(false, true)
            where !OperatingSystem.IsWindows() || !words.Contains('\\', StringComparison.Ordinal) // there it parts names
            select (Words: words, Text: isAny ? any : string.Join(any, words.Split('*')).Replace("`", "", StringComparison.Ordinal));
        Prop.ForAll(cases.ToArbitrary(), one =>
            new WildcardPattern(one.Words).Matches(one.Text) == Regex.IsMatch(one.Text, AsRegex(one.Words), AsPowerShell))
            .Holds(times: 2000);
    }

    [Theory]
    [InlineData("*", 350)]
    [InlineData("?*", 350)]
    [InlineData("a*", 350)]
    [InlineData("[ab]*", 350)]
    [InlineData("*", 30_000)]
    [InlineData("*a", 3_000)]
    public void Pattern_may_have_any_number_of_stars(string words, int times)
    {
        var pattern = new WildcardPattern(string.Concat(Enumerable.Repeat(words, times)) + "b");
        Assert.True(pattern.Matches(new string('a', 4000) + "b"));
        Assert.False(pattern.Matches(new string('a', 4000)));
    }

    private static Gen<string> Text(string characters, int fewest, int most) =>
        from length in Gen.Choose(fewest, most)
        from text in Gen.ArrayOf(Gen.Elements(characters.ToCharArray()), length)
        select new string(text);

    private static string AsRegex(string pattern) => "\\A" + Regex.Replace(
        pattern,
        "`(?<escaped>.)|\\[(?<set>[^]]+)\\]|(?<any>.)",
        word => word switch
        {
            _ when word.Groups["escaped"] is { Success: true } escaped => Literal(escaped.Value),
            _ when word.Groups["set"] is { Success: true } set => AsSet(set.Value),
            _ => word.Value switch { "*" => ".*", "?" => ".", _ => Literal(word.Value) },
        },
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(10)) + "\\z";

    // A range that runs backwards holds nothing, and a regular expression cannot have one.
    private static string AsSet(string set)
    {
        var regex = new StringBuilder("[");
        for (var i = 0; i < set.Length; i++)
        {
            var isRange = i < set.Length - 2 && set[i + 1] == '-';
            if (!isRange)
                regex.Append(Literal(set[i]));
            else if (set[i] <= set[i + 2])
                regex.Append(Literal(set[i])).Append('-').Append(Literal(set[i + 2]));
            i += isRange ? 2 : 0;
        }
        return regex.Length == 1 ? "[^\\s\\S]" : regex.Append(']').ToString();
    }

    private static string Literal(string character) => string.Concat(character.Select(Literal));

    private static string Literal(char character) => $"\\u{(int)character:X4}";
}
