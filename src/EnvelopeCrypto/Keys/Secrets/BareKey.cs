using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EnvelopeCrypto.Keys.Secrets;

/// <summary>
/// Whether a "wrapped" key shows the key. No proof that one is wrapped well, but anyone who forgot to wrap finds out at once.
/// </summary>
internal static class BareKey
{
    // Of 44 letters the last is padding, which base64url leaves out.
    private const int Base64Letters = 43;

    /// <summary>Whether the key stands in the bytes: as it is, as base64, base64url or hex; or turned round.</summary>
    public static bool IsIn(ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> key)
    {
        Span<byte> turned = stackalloc byte[DataKey.Size];
        try
        {
            key.CopyTo(turned);
            turned.Reverse();
            return HasAnyForm(wrapped, key) || HasAnyForm(wrapped, turned);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(turned);
        }
    }

    private static bool HasAnyForm(ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> key)
    {
        Span<byte> letters = stackalloc byte[2 * DataKey.Size];
        try
        {
            return wrapped.IndexOf(key) >= 0 || HasBase64(wrapped, key, letters) || HasHex(wrapped, key, letters);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(letters);
        }
    }

    private static bool HasBase64(ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> key, Span<byte> letters)
    {
        Base64.EncodeToUtf8(key, letters, out _, out _);
        letters = letters[..Base64Letters];
        if (wrapped.IndexOf(letters) >= 0)
            return true;
        letters.Replace((byte)'+', (byte)'-');
        letters.Replace((byte)'/', (byte)'_');
        return wrapped.IndexOf(letters) >= 0;
    }

    private static bool HasHex(ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> key, Span<byte> letters)
    {
        for (var i = 0; i < key.Length; i++)
        {
            letters[2 * i] = "0123456789abcdef"u8[key[i] >> 4];
            letters[(2 * i) + 1] = "0123456789abcdef"u8[key[i] & 15];
        }
        if (wrapped.IndexOf(letters) >= 0)
            return true;
        Ascii.ToUpperInPlace(letters, out _);
        return wrapped.IndexOf(letters) >= 0;
    }
}
