using System.Security.Cryptography;
using EnvelopeCrypto.Keys.Pairs;
using EnvelopeCrypto.Primitives;
using Org.BouncyCastle.Crypto.Parameters;

namespace EnvelopeCrypto.KeyPairs;

/// <summary>A public half that was checked. For any thread.</summary>
internal sealed class XWingPublicHalf : IPublicHalf
{
    private readonly MLKemPublicKeyParameters _mlKem;
    private readonly byte[] _point;
    private readonly RandomSource _random;

    private XWingPublicHalf(MLKemPublicKeyParameters mlKem, byte[] point, RandomSource random) =>
        (_mlKem, _point, _random) = (mlKem, point, random);

    /// <exception cref="EnvelopeException">PublicKeyInvalid.</exception>
    public static XWingPublicHalf Import(ReadOnlySpan<byte> publicHalf, RandomSource random)
    {
        if (publicHalf.Length != KeyPairFormat.PublicHalfSize)
            throw Invalid($"has {publicHalf.Length} bytes where a public half of X-Wing has {KeyPairFormat.PublicHalfSize}");
        var mlKem = MlKem768.TryImport(publicHalf[..MlKem768.PublicKeySize])
            ?? throw Invalid("has an ML-KEM-768 key that fails the check of FIPS 203");
        var point = publicHalf[MlKem768.PublicKeySize..];
        if (X25519.IsLowOrder(point))
            throw Invalid("has an X25519 point of low order, with which every secret would be the same");
        return new XWingPublicHalf(mlKem, point.ToArray(), random);
    }

    public void Encapsulate(Span<byte> ciphertext, Span<byte> secret)
    {
        Span<byte> randomness = stackalloc byte[XWing.RandomnessSize];
        try
        {
            _random(randomness);
            Encapsulate(randomness, ciphertext, secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(randomness);
        }
    }

    private void Encapsulate(ReadOnlySpan<byte> randomness, Span<byte> ciphertext, Span<byte> secret)
    {
        Span<byte> mlKemSecret = stackalloc byte[MlKem768.SecretSize];
        Span<byte> x25519Secret = stackalloc byte[X25519.Size];
        try
        {
            var scalar = randomness[MlKem768.RandomnessSize..];
            var ephemeralPoint = ciphertext[MlKem768.CiphertextSize..];
            MlKem768.Encapsulate(_mlKem, randomness[..MlKem768.RandomnessSize], ciphertext[..MlKem768.CiphertextSize], mlKemSecret);
            X25519.PublicKeyOf(scalar, ephemeralPoint);
            X25519.Multiply(scalar, _point, x25519Secret);
            XWing.Combine(mlKemSecret, x25519Secret, ephemeralPoint, _point, secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(mlKemSecret);
            CryptographicOperations.ZeroMemory(x25519Secret);
        }
    }

    private static EnvelopeException Invalid(string why) => new(EnvelopeError.PublicKeyInvalid, $"the public half {why}.");
}
