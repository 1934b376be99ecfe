using System.Security.Cryptography;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys.Pairs;

/// <summary>
/// The bytes of an X-Wing key pair, and the public half's SubjectPublicKeyInfo (RFC 5280):
/// <code>
/// SEQUENCE { SEQUENCE { OBJECT IDENTIFIER 1.3.6.1.4.1.62253.25722 } | BIT STRING, no unused bits, of the public half(1216) }
/// </code>
/// in DER 24 bytes that never differ, and the public half.
/// </summary>
internal static class KeyPairFormat
{
    public const int SeedSize = 32;
    public const int PublicHalfSize = 1216;
    public const int CiphertextSize = 1120;
    public const int SecretSize = 32;

    /// <summary>The label of the PEM block (RFC 7468).</summary>
    public const string PemLabel = "PUBLIC KEY";

    /// <summary>What every SubjectPublicKeyInfo of X-Wing begins with: sequence, algorithm, and the bit string's head.</summary>
    private static ReadOnlySpan<byte> Prefix =>
    [
        0x30, 0x82, 0x04, 0xD4,
        0x30, 0x0D, 0x06, 0x0B, 0x2B, 0x06, 0x01, 0x04, 0x01, 0x83, 0xE6, 0x2D, 0x81, 0xC8, 0x7A,
        0x03, 0x82, 0x04, 0xC1, 0x00,
    ];

    /// <summary>The SubjectPublicKeyInfo of a public half, in DER.</summary>
    public static byte[] ToSubjectPublicKeyInfo(ReadOnlySpan<byte> publicHalf) => [.. Prefix, .. publicHalf];

    /// <summary>Whether a SubjectPublicKeyInfo is one of X-Wing; then the public half in it, as long as it is.</summary>
    public static bool TryReadSubjectPublicKeyInfo(ReadOnlySpan<byte> der, out ReadOnlySpan<byte> publicHalf)
    {
        publicHalf = der.StartsWith(Prefix) ? der[Prefix.Length..] : default;
        return der.StartsWith(Prefix);
    }

    /// <summary>What recipients and references call the pair: <c>pub:sha256:HEX</c>, over the SubjectPublicKeyInfo.</summary>
    public static string KidOf(ReadOnlySpan<byte> publicHalf) =>
        $"pub:sha256:{Convert.ToHexString(SHA256.HashData(ToSubjectPublicKeyInfo(publicHalf))).ToLowerInvariant()}";

    /// <summary>
    /// The key id of a pair's version in the keyring: the hash of its SubjectPublicKeyInfo, cut to 16 bytes, so that rot of the public half
    /// shows.
    /// </summary>
    public static byte[] KeyIdOf(ReadOnlySpan<byte> publicHalf) =>
        SHA256.HashData(ToSubjectPublicKeyInfo(publicHalf))[..RecipientGrammar.KeyIdSize];

    /// <summary>The same of a kid, as text.</summary>
    public static string KeyIdOf(string kid) =>
        Base64UrlText.Encode(Convert.FromHexString(kid.AsSpan("pub:sha256:".Length, RecipientGrammar.KeyIdSize * 2)));

    /// <summary>The public half as text, with a newline at its end.</summary>
    public static string ToPem(ReadOnlySpan<byte> publicHalf) =>
        PemEncoding.WriteString(PemLabel, ToSubjectPublicKeyInfo(publicHalf)) + "\n";
}
