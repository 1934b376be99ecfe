using System.Text.Json;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>
/// Canonical JSON in which members named <c>key</c> hold keys. They are taken out and blotted first, so that the parser, which makes
/// strings, never sees one.
/// </summary>
internal sealed class KeyJson : IDisposable
{
    public const string Member = "key";

    private static readonly JsonReaderOptions Options = new() { MaxDepth = FormatLimits.MaxJsonDepth };

    private readonly List<SecretBytes> _keys = [];
    private int _taken;

    private KeyJson()
    {
    }

    /// <summary>The object, with zeros of the same length for each key.</summary>
    public JsonElement Root { get; private set; }

    /// <exception cref="EnvelopeException">HeaderInvalid.</exception>
    public static KeyJson Parse(ReadOnlySpan<byte> json, string what)
    {
        using var blotted = new SecretBytes(json);
        var parsed = new KeyJson();
        try
        {
            parsed.BlotKeys(blotted.Span, what);
            parsed.Root = CanonicalJson.Parse(blotted.Span, what);
            return parsed;
        }
        catch
        {
            parsed.Dispose();
            throw;
        }
    }

    /// <summary>The next key, in the order of the text. It is the caller's from now on.</summary>
    public SecretBytes TakeKey() => _keys[_taken++];

    public void Dispose()
    {
        foreach (var key in _keys.Skip(_taken))
            key.Dispose();
    }

    private void BlotKeys(Span<byte> text, string what)
    {
        var reader = new Utf8JsonReader(text, Options);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(Member))
                    continue;
                if (!reader.Read() || reader.TokenType != JsonTokenType.String)
                    throw CanonicalJson.Invalid(what, $"has a '{Member}' that is not text");
                var value = text.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
                _keys.Add(
                    KeyText.TryDecode(value) ?? throw CanonicalJson.Invalid(what, $"has a '{Member}' that is not canonical base64url"));
                value.Fill((byte)'A'); // zeros, in base64url
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The parser's own words can quote the text, so they are left out.
            throw CanonicalJson.Invalid(what, "is not sound JSON");
        }
    }
}
