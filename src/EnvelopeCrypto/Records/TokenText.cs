using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Records;

/// <summary>
/// A token's text, taken apart: <c>evc1.PROTECTED.RECIPIENTS.BODY</c>. The first three parts are its front, which many tokens share.
/// </summary>
internal readonly ref struct TokenText
{
    /// <summary>What a token of this version begins with.</summary>
    public const string Start = "evc1.";

    private readonly int _recipientsAt;
    private readonly int _bodyAt;
    private readonly ReadOnlySpan<char> _text;

    private TokenText(ReadOnlySpan<char> text, int recipientsAt, int bodyAt)
    {
        _text = text;
        _recipientsAt = recipientsAt;
        _bodyAt = bodyAt;
    }

    /// <summary>All before the body, with the dot after it.</summary>
    public ReadOnlySpan<char> Front => _text[.._bodyAt];

    /// <summary>The front without its recipients.</summary>
    public ReadOnlySpan<char> BeforeRecipients => _text[.._recipientsAt];

    public ReadOnlySpan<char> Protected => _text[Start.Length..(_recipientsAt - 1)];

    public ReadOnlySpan<char> Recipients => _text[_recipientsAt..(_bodyAt - 1)];

    public ReadOnlySpan<char> Body => _text[_bodyAt..];

    /// <summary>
    /// Whether a text is a token, or a part of one, perhaps with white space or quotes around it: it is not to be
    /// encrypted as if it were data.
    /// </summary>
    public static bool IsLikeOne(ReadOnlySpan<char> text) => Begins(Bare(text));

    /// <exception cref="EnvelopeException">NotAToken, UnsupportedVersion, TokenInvalid.</exception>
    public static TokenText Split(ReadOnlySpan<char> text)
    {
        if (!Begins(text))
            throw NoToken(text);
        var recipientsAt = After(text, Start.Length);
        var bodyAt = After(text, recipientsAt);
        if (text[bodyAt..].Contains('.'))
            throw Invalid("it has more parts than a token has");
        return new TokenText(text, recipientsAt, bodyAt);
    }

    /// <summary>The bytes of the body.</summary>
    /// <exception cref="EnvelopeException">TokenInvalid.</exception>
    public byte[] DecodeBody()
    {
        var body = Decode(Body, (int)Cobblestone.MessageLength(RecordValue.MaxLength), "body");
        return Cobblestone.PlaintextLength(body.Length) >= 0 ? body : throw Invalid("its body is cut off");
    }

    /// <summary>The bytes of a part, of which there are at most <paramref name="longest"/>.</summary>
    /// <exception cref="EnvelopeException">TokenInvalid.</exception>
    public static byte[] Decode(ReadOnlySpan<char> part, int longest, string what) => Base64UrlText.TryDecode(part, longest, out var bytes)
        ? bytes
        : throw Invalid(
            $"its {what} is not base64url in the one form that is allowed, or is too long; it was cut off, or changed by what stored it");

    public static EnvelopeException Invalid(string why, Exception? inner = null) =>
        new(EnvelopeError.TokenInvalid, $"the token is not sound: {why}.", inner);

    private static bool Begins(ReadOnlySpan<char> text) => text.StartsWith(Start, StringComparison.Ordinal);

    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> text) => text.Trim().Trim("\"'").Trim();

    private static int After(ReadOnlySpan<char> text, int start)
    {
        var dot = text[start..].IndexOf('.');
        return dot >= 0 ? start + dot + 1 : throw Invalid("it is cut off");
    }

    private static EnvelopeException NoToken(ReadOnlySpan<char> text)
    {
        var bare = Bare(text);
        if (bare.Length < text.Length && Begins(bare))
            return Invalid("white space or quotes stand around it; take them away");
        return IsOtherVersion(bare)
            ? new EnvelopeException(
                EnvelopeError.UnsupportedVersion, "this is a token of a version that this program does not know. Use a newer one.")
            : new EnvelopeException(
                EnvelopeError.NotAToken,
                text.IsEmpty ? "the text is empty, and no token." : $"this is not a token: those begin with '{Start}'.");
    }

    private static bool IsOtherVersion(ReadOnlySpan<char> text)
    {
        var dot = text.IndexOf('.');
        return dot is > 3 and < 13 && text.StartsWith("evc", StringComparison.Ordinal) && !text[3..dot].ContainsAnyExceptInRange('0', '9');
    }
}
