using System.Buffers;
using System.Buffers.Text;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>base64url of keys, without strings, which cannot be zeroed.</summary>
internal static class KeyText
{
    public static int Length(int bytes) => ((bytes * 4) + 2) / 3;

    /// <param name="key">The bytes.</param>
    /// <param name="text">Takes the ASCII characters; exactly <see cref="Length"/> long.</param>
    public static void Encode(ReadOnlySpan<byte> key, Span<byte> text)
    {
        using var padded = new SecretBytes(Base64.GetMaxEncodedToUtf8Length(key.Length));
        Base64.EncodeToUtf8(key, padded.Span, out _, out _);
        padded.Span[..text.Length].CopyTo(text);
        text.Replace((byte)'+', (byte)'-');
        text.Replace((byte)'/', (byte)'_');
    }

    /// <summary>Null for anything that <see cref="Encode"/> would not have written.</summary>
    public static SecretBytes? TryDecode(ReadOnlySpan<byte> text)
    {
        using var buffer = new SecretBytes((text.Length + 3) / 4 * 4);
        text.CopyTo(buffer.Span);
        buffer.Span[text.Length..].Fill((byte)'=');
        buffer.Span.Replace((byte)'-', (byte)'+');
        buffer.Span.Replace((byte)'_', (byte)'/');
        if (Base64.DecodeFromUtf8InPlace(buffer.Span, out var length) != OperationStatus.Done)
            return null;
        var key = new SecretBytes(buffer.Span[..length]);
        if (IsCanonical(key, text))
            return key;
        key.Dispose();
        return null;
    }

    private static bool IsCanonical(SecretBytes key, ReadOnlySpan<byte> text)
    {
        if (Length(key.Length) != text.Length)
            return false;
        using var again = new SecretBytes(text.Length);
        Encode(key.Span, again.Span);
        return again.Span.SequenceEqual(text);
    }
}
