using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys;

public class KekPatternTests
{
    [Theory]
    [InlineData("*", "")]
    [InlineData("*", "anything")]
    [InlineData("", "")]
    [InlineData("local:a", "local:a")]
    [InlineData("local:*", "local:a")]
    [InlineData("local:*", "local:")]
    [InlineData("*a", "local:a")]
    [InlineData("l*c*l:*", "local:a")]
    [InlineData("**local**", "local")]
    [InlineData("*aab", "aaaab")]
    [InlineData("a*b*c", "a-b-b-c")]
    [InlineData("arn:aws:kms:*:111122223333:key/*", "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555")]
    public void Star_stands_for_any_run(string pattern, string kek) => Assert.True(KekPattern.Matches(pattern, kek));

    [Theory]
    [InlineData("", "a")]
    [InlineData("local:a", "local:ab")]
    [InlineData("local:ab", "local:a")]
    [InlineData("local:a", "local:A")]
    [InlineData("*a", "local:ab")]
    [InlineData("a*b*c", "a-c-b")]
    [InlineData("local:?", "local:a")]
    [InlineData("local:[a]", "local:a")]
    [InlineData("arn:aws:kms:*:111122223333:key/*", "arn:aws:kms:eu-west-1:999922223333:key/11111111-2222-3333-4444-555555555555")]
    public void All_else_is_letter_by_letter(string pattern, string kek) => Assert.False(KekPattern.Matches(pattern, kek));

    // Trying every way to share out the letters would not end.
    [Fact(Timeout = Patience.Milliseconds)]
    public Task Many_stars_cost_no_more_than_both_lengths_multiplied() => Task.Run(() =>
        Assert.False(KekPattern.Matches(string.Concat(Enumerable.Repeat("*a", 500)) + "b", new string('a', 10_000))));
}
