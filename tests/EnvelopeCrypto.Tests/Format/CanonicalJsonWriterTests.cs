using System.Text;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Tests.Format;

public sealed class CanonicalJsonWriterTests
{
    [Fact]
    public void Members_stand_in_the_order_of_the_calls_without_white_space()
    {
        var json = new CanonicalJsonWriter().BeginObject()
            .Name("z").String("x")
            .Name("a").BeginArray().Integer(1).Integer(-2).BeginObject().EndObject().BeginArray().EndArray().String("").EndArray()
            .Name("o").BeginObject().Name("n").Integer(FormatLimits.MaxInteger).Name("m").Integer(-FormatLimits.MaxInteger).EndObject()
            .Name("b").Bytes([0xfb, 0xff])
            .Name("r").Raw("null"u8)
            .EndObject();

        Assert.Equal(
            """{"z":"x","a":[1,-2,{},[],""],"o":{"n":9007199254740991,"m":-9007199254740991},"b":"-_8","r":null}""",
            Encoding.UTF8.GetString(json.Written));
        Assert.Equal(json.Written.ToArray(), json.ToArray());
    }

    [Fact]
    public void Only_quote_backslash_and_controls_are_escaped()
    {
        for (var c = 0; c < 0x20; c++)
            Assert.Equal($"\"\\u00{c:x2}\"", Written(((char)c).ToString()));
        Assert.Equal("\"\\\"\"", Written("\""));
        Assert.Equal("\"\\\\\"", Written("\\"));
        foreach (var raw in new[] { "/", "<>&'+", "\u007f", "\u0080", "é", "\u2028", "\ufeff", "😀" })
            Assert.Equal($"\"{raw}\"", Written(raw));
    }

    [Fact]
    public void Names_are_escaped_as_strings_are()
    {
        var json = new CanonicalJsonWriter().BeginObject().Name("a\"\n").Integer(1).EndObject();
        Assert.Equal("""{"a\"\u000a":1}""", Encoding.UTF8.GetString(json.Written));
    }

    [Fact]
    public void Every_character_reads_back()
    {
        for (var c = 0; c <= char.MaxValue; c += 97)
        {
            var text = new string(
                [.. Enumerable.Range(c, 97).Where(x => x <= char.MaxValue && !char.IsSurrogate((char)x)).Select(x => (char)x)]);
            var json = new CanonicalJsonWriter().BeginObject().Name(text).String(text).EndObject();
            var member = Assert.Single(CanonicalJson.Parse(json.Written, "test").EnumerateObject());
            Assert.Equal((text, text), (member.Name, member.Value.GetString()));
        }
    }

    [Fact]
    public void Text_that_is_not_Unicode_is_never_written() =>
        Assert.Throws<EncoderFallbackException>(() => new CanonicalJsonWriter().String("\ud800"));

    private static string Written(string text) => Encoding.UTF8.GetString(new CanonicalJsonWriter().String(text).Written);
}
