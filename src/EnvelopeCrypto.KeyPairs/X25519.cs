using Curve = Org.BouncyCastle.Math.EC.Rfc7748.X25519;

namespace EnvelopeCrypto.KeyPairs;

/// <summary>X25519 (RFC 7748). A result of zeros is the caller's to judge: X-Wing hashes it as it stands.</summary>
internal static class X25519
{
    public const int Size = 32;

    /// <summary>The scalar's public key.</summary>
    public static void PublicKeyOf(ReadOnlySpan<byte> scalar, Span<byte> publicKey) => Curve.ScalarMultBase(scalar, publicKey);

    public static void Multiply(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, Span<byte> result) =>
        Curve.ScalarMult(scalar, point, result);

    /// <summary>
    /// Whether the point's order divides the cofactor, on the curve or its twist: every scalar is a multiple of 8, so all of them give
    /// zeros.
    /// </summary>
    public static bool IsLowOrder(ReadOnlySpan<byte> point)
    {
        Span<byte> scalar = stackalloc byte[Size];
        Span<byte> result = stackalloc byte[Size];
        scalar.Fill(1);
        Multiply(scalar, point, result);
        return !result.ContainsAnyExcept((byte)0);
    }
}
