using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Tests.Keys.Local;

public sealed class KeyTextTests
{
    [Fact]
    public void It_agrees_with_the_text_of_the_format()
    {
        for (var length = 0; length < 200; length++)
        {
            var bytes = new byte[length];
            new Random(length).NextBytes(bytes);
            var text = new byte[KeyText.Length(length)];
            KeyText.Encode(bytes, text);
            Assert.Equal(Base64UrlText.Encode(bytes), Encoding.ASCII.GetString(text));

            using var decoded = KeyText.TryDecode(text);
            Assert.Equal(bytes, decoded!.Span.ToArray());
        }
    }

    [Theory]
    [InlineData("A")]
    [InlineData("AB")] // bits that are not zero in the last character
    [InlineData("AA==")]
    [InlineData("AA AA")]
    [InlineData("+/8A")]
    [InlineData("AAAAA")]
    [InlineData("\\u0041AA")]
    [InlineData("AA\n")]
    public void Other_spellings_are_refused(string text) => Assert.Null(KeyText.TryDecode(Encoding.ASCII.GetBytes(text)));
}
