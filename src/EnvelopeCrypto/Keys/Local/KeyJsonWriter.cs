using EnvelopeCrypto.Format;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>
/// Writes canonical JSON with keys in it. The keys stand as zeros until the end, when they are put into memory that is zeroed.
/// </summary>
internal sealed class KeyJsonWriter
{
    private readonly List<(int Offset, SecretBytes Key)> _keys = [];

    /// <summary>For everything but keys.</summary>
    public CanonicalJsonWriter Json { get; } = new();

    /// <summary>The member <c>key</c>. The key stays the caller's, and must live until <see cref="Finish"/>.</summary>
    public void Key(SecretBytes key)
    {
        Json.Name(KeyJson.Member);
        _keys.Add((Json.Written.Length + 1, key)); // after the quotation mark
        Json.Bytes(new byte[key.Length]);
    }

    /// <summary>The whole text. The caller disposes it.</summary>
    public SecretBytes Finish()
    {
        var text = new SecretBytes(Json.Written);
        foreach (var (offset, key) in _keys)
            KeyText.Encode(key.Span, text.Span.Slice(offset, KeyText.Length(key.Length)));
        return text;
    }
}
