using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Records;

/// <summary>All of a token but its body: what the tokens of one field under one data key have in common.</summary>
internal sealed class TokenFront
{
    private readonly byte[] _headerDigest;

    private TokenFront(string text, TokenHeader header, byte[] headerDigest, IReadOnlyList<Recipient> recipients)
    {
        Text = text;
        Header = header;
        Recipients = recipients;
        _headerDigest = headerDigest;
    }

    /// <summary>The text, with the dot before the body.</summary>
    public string Text { get; }

    public TokenHeader Header { get; }

    public IReadOnlyList<Recipient> Recipients { get; }

    /// <exception cref="EnvelopeException">HeaderInvalid: the header would be too long.</exception>
    public static TokenFront Create(TokenHeader header, IReadOnlyList<Recipient> recipients, string recipientsText)
    {
        var json = header.ToJson();
        if (json.Length > FormatLimits.MaxProtectedLength)
        {
            throw new EnvelopeException(
                EnvelopeError.HeaderInvalid,
                $"the header would have {json.Length} bytes; {FormatLimits.MaxProtectedLength} are allowed. Use a smaller encryption context.");
        }
        return new TokenFront($"{TokenText.Start}{Base64UrlText.Encode(json)}.{recipientsText}.", header, Hash(json), recipients);
    }

    /// <exception cref="EnvelopeException">TokenInvalid, UnsupportedVersion, WrongEnvelopeType.</exception>
    public static TokenFront Parse(TokenText token)
    {
        var json = TokenText.Decode(token.Protected, FormatLimits.MaxProtectedLength, "protected header");
        var listed = TokenText.Decode(token.Recipients, FormatLimits.MaxListLength, "recipient list");
        try
        {
            return new TokenFront(token.Front.ToString(), TokenHeader.Parse(json), Hash(json), RecipientList.Parse(listed));
        }
        catch (EnvelopeException failure) when (failure.Error is EnvelopeError.HeaderInvalid or EnvelopeError.ContextInvalid)
        {
            throw new EnvelopeException(EnvelopeError.TokenInvalid, failure.Reason, failure);
        }
    }

    /// <summary>The recipients as they stand in tokens.</summary>
    public static string RecipientsText(IReadOnlyList<Recipient> recipients) => Base64UrlText.Encode(RecipientList.ToJson(recipients));

    /// <summary>The context that a token's body is encrypted under: it binds the header, and the values of bound fields.</summary>
    public byte[] BodyContext(RecordBinding binding) => [.. "evc/v1 token\0"u8, .. _headerDigest, .. binding.Digest];

    private static byte[] Hash(byte[] json) => SHA512.HashData([.. Encoding.ASCII.GetBytes(TokenText.Start), .. json]);
}
