using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Records;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Records;

public class TokenFrontTests
{
    private const string Header = """{"enc":"Cobblestone-256","typ":"token","ctx":{},"iat":0,"val":"text"}""";

    [Fact]
    public void Recipients_have_at_most_as_many_bytes_as_in_a_file()
    {
        const int Most = 1_048_532; // docs/format.md, section 14
        Assert.Single(Parse(Most).Recipients);
        Refused.As(EnvelopeError.TokenInvalid, () => Parse(Most + 1));
    }

    private static TokenFront Parse(int length)
    {
        const string start = "{\"recipients\":[{\"alg\":\"x\",\"y\":\"";
        const string end = "\"}]}";
        var list = start + new string('y', length - start.Length - end.Length) + end;
        return TokenFront.Parse(TokenText.Split($"evc1.{Text(Header)}.{Text(list)}.{Base64UrlText.Encode(new byte[72])}"));
    }

    private static string Text(string json) => Base64UrlText.Encode(Encoding.UTF8.GetBytes(json));
}
