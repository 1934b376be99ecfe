using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Records;

namespace EnvelopeCrypto.Fuzz.Targets;

/// <summary>
/// Tokens, in one of three forms that the first byte names: 0 and a token's text; 1 and its parts before they are base64url, with a byte FF
/// (which no UTF-8 has) between them; 2, a type and the plaintext of a value.
/// </summary>
internal sealed class TokenTarget() : FuzzTarget(
    "token", EnvelopeError.NotAToken, EnvelopeError.TokenInvalid, EnvelopeError.UnsupportedVersion, EnvelopeError.WrongEnvelopeType)
{
    private const byte Separator = 0xff;

    private const byte Types = (byte)RecordValueType.PSCredential + 1;

    private static readonly string[] Values =
    [
        "text", "True", "-17", "9223372036854775807", "-1.10", "1.5E-07", "NaN", "2026-11-21T17:00:00.1234567+01:00", "0001-01-01T00:00:00.0000000Z",
        "9999-12-31T23:59:59.9999999-05:30", "00112233-4455-6677-8899-aabbccddeeff", "\0\0\0\u0003annsecret",
    ];

    public override IEnumerable<byte[]> Seeds()
    {
        foreach (var recipients in SeedRecipients.Lists)
        {
            var header = new TokenHeader
            {
                Context = EncryptionContext.Create([new("table", "users")]),
                IssuedAt = SeedRecipients.IssuedAt,
                Batch = recipients.Length > 1 ? new byte[ProtectedHeader.BatchSize] : null,
                ValueType = RecordValueType.Text,
                Field = "ssn",
                BoundNames = ["id", "\u00fc"],
            };
            byte[] body = [.. Enumerable.Range(0, 80).Select(i => (byte)i)];
            yield return [1, .. header.ToJson(), Separator, .. RecipientList.ToJson(recipients), Separator, .. body];
            yield return [0, .. Utf8(TokenFront.Create(header, recipients, TokenFront.RecipientsText(recipients)).Text + Base64UrlText.Encode(body))];
        }
        yield return [0, .. " \"evc1.a.b.c\" "u8];
        yield return [0, .. "evc2.a.b.c"u8];
        foreach (var (value, i) in Values.Select((value, i) => (value, i)))
            yield return [2, (byte)(i % Types), .. Utf8(value)];
        for (byte type = 0; type < Types; type++)
            yield return [2, type, .. Utf8(Values[Math.Min(type + (type > 1 ? 0 : 1), Values.Length - 1)])];
    }

    protected override bool Parse(ReadOnlySpan<byte> input) => input switch
    {
        [0, .. var text] => ParseText(Encoding.UTF8.GetString(text)),
        [1, .. var parts] => ParseText(TextOf(parts)),
        [2, < Types, .. var value] => ParseValue((RecordValueType)input[1], value),
        _ => false,
    };

    private static bool ParseText(string text)
    {
        var isLikeOne = TokenText.IsLikeOne(text);
        var token = TokenText.Split(text);
        Require(isLikeOne, "A token does not look like one.");
        var front = TokenFront.Parse(token);
        var body = token.DecodeBody();
        var again = TokenFront.Create(front.Header, front.Recipients, TokenFront.RecipientsText(front.Recipients)).Text
            + Base64UrlText.Encode(body);
        RequireSame(Utf8(text), Utf8(again), "token");
        return true;
    }

    private static bool ParseValue(RecordValueType type, ReadOnlySpan<byte> bytes)
    {
        var value = RecordValue.Decode(type, bytes);
        var (typeAgain, again) = RecordValue.Encode(value);
        Require(type == typeAgain, "The value is of another type.");
        // A local time is that of the place where it is read.
        if (value is not DateTime { Kind: DateTimeKind.Local })
            RequireSame(bytes, again, "value");
        return true;
    }

    private static string TextOf(ReadOnlySpan<byte> parts)
    {
        var text = new StringBuilder("evc1");
        foreach (var _ in new[] { 1, 2 })
        {
            var end = parts.IndexOf(Separator);
            text.Append('.').Append(Base64UrlText.Encode(end < 0 ? parts : parts[..end]));
            parts = end < 0 ? [] : parts[(end + 1)..];
        }
        return text.Append('.').Append(Base64UrlText.Encode(parts)).ToString();
    }
}
