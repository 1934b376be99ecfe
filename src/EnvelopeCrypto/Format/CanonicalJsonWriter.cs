using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace EnvelopeCrypto.Format;

/// <summary>
/// Writes the one spelling of JSON that the format knows: no white space, integers only, and in strings nothing escaped but
/// <c>"</c>, <c>\</c> and U+0000 to U+001F, the latter as <c>\u00xx</c> in lower case. The caller fixes the order of members.
/// </summary>
internal sealed class CanonicalJsonWriter
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // What names and values hardly ever have: without it, a text is encoded in one step.
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\']);

    private readonly ArrayBufferWriter<byte> _output = new(256);
    private bool _needsComma;

    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    public byte[] ToArray() => _output.WrittenSpan.ToArray();

    public CanonicalJsonWriter BeginObject() => Begin((byte)'{');

    public CanonicalJsonWriter EndObject() => End((byte)'}');

    public CanonicalJsonWriter BeginArray() => Begin((byte)'[');

    public CanonicalJsonWriter EndArray() => End((byte)']');

    public CanonicalJsonWriter Name(string name)
    {
        Comma();
        Quoted(name);
        _output.Write(":"u8);
        _needsComma = false;
        return this;
    }

    public CanonicalJsonWriter String(string value)
    {
        Comma();
        Quoted(value);
        _needsComma = true;
        return this;
    }

    public CanonicalJsonWriter Bytes(ReadOnlySpan<byte> value) => String(Base64UrlText.Encode(value));

    public CanonicalJsonWriter Integer(long value)
    {
        Debug.Assert(value is >= -FormatLimits.MaxInteger and <= FormatLimits.MaxInteger);
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var length);
        return Raw(digits[..length]);
    }

    /// <summary>A value that is in canonical form already.</summary>
    public CanonicalJsonWriter Raw(ReadOnlySpan<byte> value)
    {
        Comma();
        _output.Write(value);
        _needsComma = true;
        return this;
    }

    private CanonicalJsonWriter Begin(byte bracket)
    {
        Comma();
        _output.Write([bracket]);
        _needsComma = false;
        return this;
    }

    private CanonicalJsonWriter End(byte bracket)
    {
        _output.Write([bracket]);
        _needsComma = true;
        return this;
    }

    private void Comma()
    {
        if (_needsComma)
            _output.Write(","u8);
    }

    private void Quoted(string text)
    {
        _output.Write("\""u8);
        if (text.AsSpan().ContainsAny(Escaped))
            WriteEscaped(text);
        else
            _output.Advance(Utf8.GetBytes(text, _output.GetSpan(Utf8.GetMaxByteCount(text.Length))));
        _output.Write("\""u8);
    }

    private void WriteEscaped(string text)
    {
        foreach (var b in Utf8.GetBytes(text))
        {
            if (b is (byte)'"' or (byte)'\\')
                _output.Write([(byte)'\\', b]);
            else if (b < 0x20)
                _output.Write(Encoding.ASCII.GetBytes($"\\u{b:x4}"));
            else
                _output.Write([b]);
        }
    }
}
