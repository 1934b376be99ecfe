using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Format;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"a":1}""")]
    [InlineData("""{"a":"b","c":[1,-2,0,true,false,null,{}],"d":{"a":1}}""")]
    [InlineData("""{"b":1,"a":2}""")]
    [InlineData("""{"a":9007199254740991,"b":-9007199254740991}""")]
    [InlineData("""{"a":"\"\\/"}""")]
    [InlineData("""{"a":"\u0000\u0008\u0009\u000a\u000d\u001f"}""")]
    [InlineData("{\"\u007f\u0080é\u2028\u2029\ufeff\uffff😀\":\"é😀\"}")]
    [InlineData("""{"":""}""")]
    [InlineData("""{"a":[[[[[[[]]]]]]]}""")]
    [InlineData("""{"x":{"a":1},"a":2}""")]
    [InlineData("""{"x":{"y":{"a":1},"a":2},"a":3,"y":[{"a":4},{"a":5}]}""")]
    public void Canonical_form_is_read(string json)
    {
        var element = CanonicalJson.Parse(Encoding.UTF8.GetBytes(json), "test");
        Assert.Equal(json, element.GetRawText());
    }

    [Theory]
    // White space.
    [InlineData("""{ }""")]
    [InlineData("""{"a": 1}""")]
    [InlineData("""{"a" :1}""")]
    [InlineData("""{"a":1, "b":2}""")]
    [InlineData("""{"a":[1, 2]}""")]
    [InlineData("{\"a\":1\n}")]
    [InlineData(" {}")]
    [InlineData("{} ")]
    [InlineData("{}\n")]
    [InlineData("{}\r\n")]
    // Escapes that the writer does not use.
    [InlineData("""{"a":"\u0061"}""")]
    [InlineData("""{"\u0061":1}""")]
    [InlineData("""{"a":"\/"}""")]
    [InlineData("""{"a":"\n"}""")]
    [InlineData("""{"a":"\t"}""")]
    [InlineData("""{"a":"\b"}""")]
    [InlineData("""{"a":"\f"}""")]
    [InlineData("""{"a":"\r"}""")]
    [InlineData("""{"a":"\u000A"}""")]
    [InlineData("""{"a":"\u001F"}""")]
    [InlineData("""{"a":"\u0022"}""")]
    [InlineData("""{"a":"\u005c"}""")]
    [InlineData("""{"a":"\u007f"}""")]
    [InlineData("""{"a":"\u00e9"}""")]
    [InlineData("""{"a":"\ud83d\ude00"}""")]
    [InlineData("""{"a":"\U0041"}""")]
    [InlineData("""{"a":"\x41"}""")]
    [InlineData("""{"a":"\'"}""")]
    [InlineData("{\"a\":\"\n\"}")]
    [InlineData("{\"a\":\"\0\"}")]
    [InlineData("{\"a\":\"\u001f\"}")]
    // Surrogates without a partner.
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":"\udc00\ud800"}""")]
    [InlineData("""{"a":"\ud800x"}""")]
    [InlineData("""{"\udfff":1}""")]
    // Numbers that are no integers, or written otherwise.
    [InlineData("""{"a":1.0}""")]
    [InlineData("""{"a":1.5}""")]
    [InlineData("""{"a":1e3}""")]
    [InlineData("""{"a":1E3}""")]
    [InlineData("""{"a":1e0}""")]
    [InlineData("""{"a":-0}""")]
    [InlineData("""{"a":01}""")]
    [InlineData("""{"a":-01}""")]
    [InlineData("""{"a":+1}""")]
    [InlineData("""{"a":.5}""")]
    [InlineData("""{"a":0x10}""")]
    [InlineData("""{"a":NaN}""")]
    [InlineData("""{"a":Infinity}""")]
    [InlineData("""{"a":9007199254740992}""")]
    [InlineData("""{"a":-9007199254740992}""")]
    [InlineData("""{"a":9223372036854775807}""")]
    [InlineData("""{"a":9223372036854775808}""")]
    [InlineData("""{"a":18446744073709551616}""")]
    // A member twice, at any depth.
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("""{"a":1,"b":2,"a":3}""")]
    [InlineData("""{"a":1,"x":{},"a":2}""")]
    [InlineData("""{"x":{"y":{"a":1},"a":2,"z":{}},"a":3,"x":4}""")]
    [InlineData("""{"x":{"a":1,"y":{},"a":2}}""")]
    [InlineData("""{"x":{"a":1,"a":2}}""")]
    [InlineData("""{"x":[0,{"y":{"a":1,"a":2}}]}""")]
    [InlineData("""{"":1,"":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    // What follows, or lacks.
    [InlineData("""{}{}""")]
    [InlineData("""{}x""")]
    [InlineData("{}\0")]
    [InlineData("""{},""")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{"a":[1,]}""")]
    [InlineData("""{,"a":1}""")]
    [InlineData("""{"a"}""")]
    [InlineData("""{"a":}""")]
    [InlineData("""{a:1}""")]
    [InlineData("""{'a':1}""")]
    [InlineData("""{"a":True}""")]
    [InlineData("""{"a":undefined}""")]
    [InlineData("""{"a":1""")]
    [InlineData("""{"a":"b""")]
    [InlineData("""{]""")]
    [InlineData("""}""")]
    [InlineData("")]
    // Comments, and a byte order mark.
    [InlineData("""{}//x""")]
    [InlineData("""{}/**/""")]
    [InlineData("""/**/{}""")]
    [InlineData("""{"a":/**/1}""")]
    [InlineData("\ufeff{}")]
    // Too deep: eight levels are allowed.
    [InlineData("""{"a":[[[[[[[[]]]]]]]]}""")]
    [InlineData("""{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}}}""")]
    public void Any_other_form_is_refused(string json) =>
        Refused.As(EnvelopeError.HeaderInvalid, () => CanonicalJson.Parse(Encoding.UTF8.GetBytes(json), "test"));

    [Theory]
    [InlineData("80")] // a continuation without a start
    [InlineData("c3")] // cut off
    [InlineData("c0af")] // longer than need be
    [InlineData("e080af")]
    [InlineData("eda080")] // a surrogate in UTF-8
    [InlineData("eda080edb080")] // a pair of them (CESU-8)
    [InlineData("f4908080")] // beyond U+10FFFF
    [InlineData("fe")]
    [InlineData("ff")]
    public void Bytes_that_are_not_UTF8_are_refused(string hex)
    {
        var bad = Convert.FromHexString(hex);
        Refused.As(EnvelopeError.HeaderInvalid, () => CanonicalJson.Parse([.. "{\"a\":\""u8, .. bad, .. "\"}"u8], "test"));
        Refused.As(EnvelopeError.HeaderInvalid, () => CanonicalJson.Parse([.. "{\""u8, .. bad, .. "\":1}"u8], "test"));
        Refused.As(EnvelopeError.HeaderInvalid, () => CanonicalJson.Parse([.. bad, .. "{}"u8], "test"));
    }

    [Fact]
    public void Other_encodings_are_refused()
    {
        Refused.As(EnvelopeError.HeaderInvalid, () => CanonicalJson.Parse(Encoding.Unicode.GetBytes("{}"), "test"));
        Refused.As(EnvelopeError.HeaderInvalid, () => CanonicalJson.Parse(Encoding.UTF32.GetBytes("{}"), "test"));
    }

    [Fact]
    public void Very_long_numbers_and_nests_are_refused_without_harm()
    {
        Refused.As(EnvelopeError.HeaderInvalid, () => CanonicalJson.Parse(Encoding.UTF8.GetBytes($$"""{"a":{{new string('9', 60_000)}}}"""), "test"));
        Refused.As(
            EnvelopeError.HeaderInvalid, () => CanonicalJson.Parse(Encoding.UTF8.GetBytes($"{{\"a\":{new string('[', 500_000)}"), "test"));
    }
}
