using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>PowerShell's wildcard words, compared with what <c>-like</c> says.</summary>
public sealed class WildcardPatternTests
{
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
}
