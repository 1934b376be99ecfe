using System.Diagnostics.CodeAnalysis;

namespace EnvelopeCrypto.Format;

/// <summary>base64url without padding (RFC 4648, section 5), in its one canonical spelling.</summary>
internal static class Base64UrlText
{
    public static string Encode(ReadOnlySpan<byte> bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>False for anything that <see cref="Encode"/> would not have written.</summary>
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        var padded = text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (text.Length % 4)) % 4);
        var buffer = new byte[padded.Length / 4 * 3];
        if (!Convert.TryFromBase64String(padded, buffer, out var length))
            return false;
        var decoded = buffer[..length];
        if (Encode(decoded) != text)
            return false;
        bytes = decoded;
        return true;
    }
}
