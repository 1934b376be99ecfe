using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Kems;
using Org.BouncyCastle.Crypto.Parameters;

namespace EnvelopeCrypto.KeyPairs;

/// <summary>ML-KEM-768 as FIPS 203 specifies it. Private keys are kept as their 64-byte seed, d || z.</summary>
internal static class MlKem768
{
    public const int SeedSize = 64;
    public const int PublicKeySize = 1184;
    public const int CiphertextSize = 1088;
    public const int RandomnessSize = 32;
    public const int SecretSize = 32;

    /// <summary>
    /// The key whose use costs no expansion; null for a seed of another length. The library keeps it in memory that cannot be zeroed from
    /// outside.
    /// </summary>
    public static MLKemPrivateKeyParameters? TryExpand(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedSize)
            return null;
        var copy = seed.ToArray();
        try
        {
            return MLKemPrivateKeyParameters.FromSeed(MLKemParameters.ml_kem_768, copy);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    /// <summary>Null for a key that fails the check of FIPS 203, 7.2: its length, and each coefficient below 3329.</summary>
    public static MLKemPublicKeyParameters? TryImport(ReadOnlySpan<byte> publicKey)
    {
        if (publicKey.Length != PublicKeySize)
            return null;
        try
        {
            return MLKemPublicKeyParameters.FromEncoding(MLKemParameters.ml_kem_768, publicKey.ToArray());
        }
        catch (ArgumentException)
        {
            return null; // how the library says that the modulus check failed
        }
    }

    public static void Encapsulate(
        MLKemPublicKeyParameters publicKey, ReadOnlySpan<byte> randomness, Span<byte> ciphertext, Span<byte> secret)
    {
        using var source = new GivenRandom(randomness);
        var encapsulator = new MLKemEncapsulator(MLKemParameters.ml_kem_768);
        encapsulator.Init(new ParametersWithRandom(publicKey, source));
        encapsulator.Encapsulate(ciphertext, secret);
    }

    /// <summary>
    /// False for a ciphertext of another length. Any other gives a secret: a changed one another, which only the key's owner could know.
    /// </summary>
    public static bool TryDecapsulate(MLKemPrivateKeyParameters privateKey, ReadOnlySpan<byte> ciphertext, Span<byte> secret)
    {
        if (ciphertext.Length != CiphertextSize)
            return false;
        var decapsulator = new MLKemDecapsulator(MLKemParameters.ml_kem_768);
        decapsulator.Init(privateKey);
        decapsulator.Decapsulate(ciphertext, secret);
        return true;
    }
}
