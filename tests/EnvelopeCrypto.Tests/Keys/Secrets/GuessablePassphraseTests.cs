using System.Text;
using EnvelopeCrypto.Keys.Secrets;

namespace EnvelopeCrypto.Tests.Keys.Secrets;

public sealed class GuessablePassphraseTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("short")]
    [InlineData("Passw0rd!")]
    [InlineData("password2026")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("abababababab")]
    [InlineData("19841231")]
    [InlineData("123456789012345")]
    [InlineData("abcdefghijkl")]
    [InlineData("ääääääääääää")]
    [InlineData("!!!!")]
    public void What_attackers_try_first_is_found(string passphrase) => Assert.NotNull(Reason(passphrase));

    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("kV9#pQ2x")]
    [InlineData("Grüße an 3 Pferde")]
    [InlineData("7391846205518273")]
    public void Others_draw_no_warning(string passphrase) => Assert.Null(Reason(passphrase));

    [Fact]
    public void The_name_of_the_user_or_the_machine_is_found_with_what_people_add()
    {
        Assert.NotNull(Reason(Environment.UserName));
        Assert.NotNull(Reason($"{Environment.UserName}2026!"));
        Assert.NotNull(Reason(Environment.MachineName.ToUpperInvariant()));
    }

    private static string? Reason(string passphrase) => GuessablePassphrase.Reason(Encoding.UTF8.GetBytes(passphrase));
}
