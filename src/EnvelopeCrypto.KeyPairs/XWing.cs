using System.Security.Cryptography;
using EnvelopeCrypto.Keys.Pairs;
using EnvelopeCrypto.Primitives;
using Org.BouncyCastle.Crypto.Digests;

namespace EnvelopeCrypto.KeyPairs;

/// <summary>
/// X-Wing: ML-KEM-768 and X25519, so that a secret stays one as long as either does (draft-connolly-cfrg-xwing-kem, commit 9b6ce9e6;
/// written out in docs/format.md).
/// <code>
/// seed(32) -> SHAKE-256 -> { d || z (64) | X25519 scalar (32) }
/// public half(1216) = { ML-KEM-768 encapsulation key (1184) | X25519 point (32) }
/// ciphertext(1120)  = { ML-KEM-768 ciphertext (1088) | X25519 ephemeral point (32) }
/// secret(32)        = SHA3-256(ML-KEM secret (32) || X25519 secret (32) || ephemeral point (32)
///                              || the public half's point (32) || label (6))
/// </code>
/// </summary>
internal sealed class XWing(RandomSource random) : IKeyEncapsulation
{
    /// <summary>Bytes of randomness that an encapsulation takes: 32 for ML-KEM, 32 for the ephemeral scalar.</summary>
    public const int RandomnessSize = MlKem768.RandomnessSize + X25519.Size;

    public XWing()
        : this(RandomNumberGenerator.Fill)
    {
    }

    private static ReadOnlySpan<byte> Label => @"\.//^\"u8;

    public IPublicHalf OpenPublicHalf(ReadOnlySpan<byte> publicHalf) => XWingPublicHalf.Import(publicHalf, random);

    public IPrivateHalf OpenPrivateHalf(ReadOnlySpan<byte> seed) => new XWingPrivateHalf(seed);

    /// <summary>What ML-KEM-768 and X25519 are seeded with, 96 bytes, which the caller zeroes.</summary>
    internal static void ExpandSeed(ReadOnlySpan<byte> seed, Span<byte> expanded)
    {
        var shake = new ShakeDigest(256);
        shake.BlockUpdate(seed);
        shake.OutputFinal(expanded);
    }

    internal static void Combine(
        ReadOnlySpan<byte> mlKemSecret,
        ReadOnlySpan<byte> x25519Secret,
        ReadOnlySpan<byte> ephemeralPoint,
        ReadOnlySpan<byte> publicPoint,
        Span<byte> secret)
    {
        var sha3 = new Sha3Digest(256);
        sha3.BlockUpdate(mlKemSecret);
        sha3.BlockUpdate(x25519Secret);
        sha3.BlockUpdate(ephemeralPoint);
        sha3.BlockUpdate(publicPoint);
        sha3.BlockUpdate(Label);
        sha3.DoFinal(secret);
    }
}
