namespace EnvelopeCrypto.Tests;

public sealed class DisplayTextTests
{
    [Theory]
    [InlineData("plain ünïcode ☃ 💾", "plain ünïcode ☃ 💾")]
    [InlineData("a\nb\u001b[2J", @"a\u000ab\u001b[2J")]
    [InlineData("\u202egnp.exe", @"\u202egnp.exe")] // runs backwards
    [InlineData("\u2066\u200b\u2028\u2029\u009b", @"\u2066\u200b\u2028\u2029\u009b")]
    [InlineData("a\U000E0041b", @"a\udb40\udc41b")] // a tag character, which is not seen
    public void What_a_terminal_would_obey_or_hide_is_shown_as_an_escape(string text, string shown) =>
        Assert.Equal(shown, DisplayText.OneLine(text));
}
