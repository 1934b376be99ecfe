using System.Text;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Tests.Interop;

/// <summary>Two readers, written apart, must say the same of every header: thousands that are nearly right are given to both.</summary>
public class ReaderAgreementTests
{
    private const int Count = 6000;

    // The pieces that JSON, its canonical form and the grammars of the fields turn on.
    private static readonly string[] Pieces =
    [
        "\"", "\\", "{", "}", "[", "]", ":", ",", " ", "\n", "0", "-", "1", "9", ".", "e", "true", "null", "\0", "\t", "/", "..", "\u007f", "\u00e9", "\u2028", "\uffff",
        "\U0001f511", "\ufeff", "\\u0000", "\\u001f", "\\u001F", "\\u0020", "\\n", "\\/", "\\\"", "\\\\", "\\ud83d", "\\udd11", "A", "_", "=", "a", "\"x\":0,", "\"alg\":\"x\"",
        "\"iat\":0", "\"p2c\":600000,", "{}", "[]", "\"\"", "local", "passphrase", ":", "-0", "1e1", "00",
    ];

    private static readonly string[] ProtectedHeaders =
    [
        """{"enc":"Cobblestone-256","typ":"file","ctx":{},"iat":0}""",
        """{"enc":"Cobblestone-256","typ":"kek-export","ctx":{"K":"v","a":"\u0001\\\"/","k2":"é🔑"},"iat":253402300799,"batch":"AAAAAAAAAAAAAAAAAAAAAA"}""",
        """{"enc":"Cobblestone-256","typ":"file","ctx":{"a":"","b":""},"iat":1,"meta":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""",
    ];

    private static readonly string[] RecipientLists =
    [
        """{"recipients":[{"alg":"provider","kid":"vault:a/b.c","iat":0,"encrypted_key":"AA"}]}""",
        """{"recipients":[{"alg":"x","n":[0,-1,true,null,{"y":"\u0000"}]},{"alg":"rsa-oaep-256","kid":"x509:sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","iat":5,"encrypted_key":"AAA"}]}""",
        """{"recipients":[{"alg":"aws-kms","kid":"arn:aws:kms:us-gov-west-1:111122223333:key/12345678-90ab-cdef-0123-4567890abcde","iat":0,"encrypted_key":"AAAA"}]}""",
    ];

    [Fact]
    public void Both_readers_say_the_same()
    {
        Python.Require();
        var random = new Random(20_261_121);
        var headers = Enumerable.Range(0, Count).Select(_ => NearlyRight(random)).ToArray();

        var (exitCode, output, errors) = Python.Run(
            "verdicts.py", [new string('0', 64)], string.Concat(headers.Select(header => Base64UrlText.Encode(header) + "\n")));

        Assert.True(exitCode == 0, errors);
        var theirs = output.TrimEnd().Split('\n');
        Assert.Equal(Count, theirs.Length);
        var differing = headers.Zip(theirs).Where(pair => IsSound(pair.First) != (pair.Second == "reads")).Select(
            pair => $"{pair.Second}: {Encoding.Latin1.GetString(pair.First)}");
        Assert.Empty(differing);
        Assert.InRange(theirs.Count(verdict => verdict == "reads"), Count / 50, Count / 2); // neither all refused nor all taken
    }

    private static bool IsSound(byte[] header)
    {
        try
        {
            EnvelopeHeader.Read(new MemoryStream(header));
            return true;
        }
        catch (EnvelopeException)
        {
            return false;
        }
    }

    // Lengths and digest are right, so that the verdict is about the text.
    private static byte[] NearlyRight(Random random)
    {
        var protectedJson = Encoding.UTF8.GetBytes(ProtectedHeaders[random.Next(ProtectedHeaders.Length)]);
        var listJson = Encoding.UTF8.GetBytes(RecipientLists[random.Next(RecipientLists.Length)]);
        if (random.Next(2) == 0)
            protectedJson = Mutate(protectedJson, random);
        else
            listJson = Mutate(listJson, random);
        var slotCount = random.Next(1, 3);
        var layout = new FixedPart(slotCount, protectedJson.Length, RecipientSlot.SizeFor(slotCount, listJson.Length));
        var header = new byte[layout.BodyOffset];
        layout.WriteTo(header);
        protectedJson.CopyTo(header, FixedPart.Size);
        var slot = RecipientSlot.ToBytes((ulong)random.Next(0, 20), listJson, layout.SlotSize);
        for (var i = 0; i < slotCount; i++)
            slot.CopyTo(header, layout.SlotOffset + (i * layout.SlotSize));
        return header;
    }

    private static byte[] Mutate(byte[] json, Random random)
    {
        for (var changes = random.Next(1, 3); changes > 0; changes--)
        {
            var at = random.Next(json.Length + 1);
            var removed = random.Next(3) == 0 ? 0 : Math.Min(random.Next(3), json.Length - at);
            byte[] inserted = random.Next(4) switch
            {
                0 => [],
                1 => [(byte)random.Next(256)],
                _ => Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]),
            };
            json = [.. json.AsSpan(0, at), .. inserted, .. json.AsSpan(at + removed)];
        }
        return json.Length > 0 ? json : [0];
    }
}
