using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Tests.Files;

public class SealedNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("a b.tar.gz")]
    [InlineData(".profile")]
    [InlineData("...x")]
    [InlineData(" leading")]
    [InlineData("console")]
    [InlineData("com")]
    [InlineData("com10")]
    [InlineData("xcon.txt")]
    [InlineData("x.con")]
    [InlineData("日本語 😀")]
    public void Bare_name_is_safe(string name) => Assert.True(SealedName.IsSafe(name));

    [Theory]
    [InlineData("cOn.TXT")]
    [InlineData("con   .txt")]
    [InlineData("con.")]
    [InlineData("LPT³")]
    [InlineData("conout$.log")]
    public void Name_that_some_system_takes_for_something_else_is_not(string name) => Assert.False(SealedName.IsSafe(name));

    [Fact]
    public void Half_a_character_is_no_name()
    {
        foreach (var half in new[] { '\ud83d', '\udc00' })
            Assert.False(SealedName.IsSafe($"x{half}"));
    }
}
