using System.Diagnostics.CodeAnalysis;

namespace EnvelopeCrypto.Format;

/// <summary>base64url without padding (RFC 4648, section 5), in its one canonical spelling.</summary>
internal static class Base64UrlText
{
    public static string Encode(ReadOnlySpan<byte> bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>False for anything that Encode would not have written.</summary>
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

    /// <summary>Letters for so many bytes.</summary>
    public static int LengthOf(int bytes) => ((bytes * 4) + 2) / 3;

    /// <summary>Writes exactly <see cref="LengthOf"/> letters.</summary>
    public static void Encode(ReadOnlySpan<byte> bytes, Span<char> letters)
    {
        // Whole groups of three need no padding, so that they can be written in place.
        var whole = bytes.Length / 3 * 3;
        Convert.TryToBase64Chars(bytes[..whole], letters, out var written);
        if (whole < bytes.Length)
        {
            Span<char> last = stackalloc char[4];
            Convert.TryToBase64Chars(bytes[whole..], last, out _);
            last[..(bytes.Length - whole + 1)].CopyTo(letters[written..]);
        }
        letters.Replace('+', '-');
        letters.Replace('/', '_');
    }

    /// <summary>
    /// The bytes, of which there are at most <paramref name="longest"/>; false for anything that Encode would not have written.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<char> letters, int longest, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (letters.Length % 4 == 1 || letters.Length > LengthOf(longest))
            return false;
        var decoded = new byte[letters.Length * 3 / 4];
        var (bits, count, at) = (0, 0, 0);
        foreach (var letter in letters)
        {
            var value = ValueOf(letter);
            if (value < 0)
                return false;
            bits = (bits << 6) | value;
            count += 6;
            if (count >= 8)
            {
                count -= 8;
                decoded[at++] = (byte)(bits >> count);
                bits &= (1 << count) - 1;
            }
        }
        if (bits != 0)
            return false;
        bytes = decoded;
        return true;
    }

    private static int ValueOf(char letter) => letter switch
    {
        >= 'A' and <= 'Z' => letter - 'A',
        >= 'a' and <= 'z' => letter - 'a' + 26,
        >= '0' and <= '9' => letter - '0' + 52,
        '-' => 62,
        '_' => 63,
        _ => -1,
    };
}
