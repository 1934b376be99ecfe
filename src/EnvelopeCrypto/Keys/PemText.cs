using System.Text;

namespace EnvelopeCrypto.Keys;

/// <summary>The bytes of a PEM file (RFC 7468) as letters. All that counts in it is ASCII, so each byte is one letter.</summary>
internal static class PemText
{
    // As Windows editors write it before text; a block right behind it would not be at the start of a line.
    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <param name="bytes">The file.</param>
    /// <param name="letters">At least as long. The caller clears it where the file can hold a private key.</param>
    public static Span<char> Read(ReadOnlySpan<byte> bytes, Span<char> letters) =>
        letters[..Encoding.Latin1.GetChars(bytes.StartsWith(Utf8Mark) ? bytes[Utf8Mark.Length..] : bytes, letters)];
}
