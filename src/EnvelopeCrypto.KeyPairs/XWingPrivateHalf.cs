using System.Diagnostics;
using System.Security.Cryptography;
using EnvelopeCrypto.Keys.Pairs;
using Org.BouncyCastle.Crypto.Parameters;

namespace EnvelopeCrypto.KeyPairs;

/// <summary>
/// A private half, expanded once. For any thread. What is ours is zeroed on dispose; the expanded ML-KEM key is in memory of the library,
/// which lets go of it and does not zero it.
/// </summary>
internal sealed class XWingPrivateHalf : IPrivateHalf
{
    private readonly byte[] _scalar = GC.AllocateArray<byte>(X25519.Size, pinned: true);
    private readonly byte[] _publicHalf = new byte[KeyPairFormat.PublicHalfSize];
    private MLKemPrivateKeyParameters? _mlKem;

    public XWingPrivateHalf(ReadOnlySpan<byte> seed)
    {
        Debug.Assert(seed.Length == KeyPairFormat.SeedSize);
        Span<byte> expanded = stackalloc byte[MlKem768.SeedSize + X25519.Size];
        try
        {
            XWing.ExpandSeed(seed, expanded);
            _mlKem = MlKem768.TryExpand(expanded[..MlKem768.SeedSize])!;
            expanded[MlKem768.SeedSize..].CopyTo(_scalar);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(expanded);
        }
        _mlKem.GetPublicKeyEncoded().CopyTo(_publicHalf.AsSpan());
        X25519.PublicKeyOf(_scalar, PublicPoint);
    }

    public ReadOnlySpan<byte> PublicHalf => _publicHalf;

    private Span<byte> PublicPoint => _publicHalf.AsSpan(MlKem768.PublicKeySize);

    public void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secret)
    {
        ObjectDisposedException.ThrowIf(_mlKem is null, this);
        Debug.Assert(ciphertext.Length == KeyPairFormat.CiphertextSize && secret.Length == KeyPairFormat.SecretSize);
        Span<byte> mlKemSecret = stackalloc byte[MlKem768.SecretSize];
        Span<byte> x25519Secret = stackalloc byte[X25519.Size];
        try
        {
            var ephemeralPoint = ciphertext[MlKem768.CiphertextSize..];
            MlKem768.TryDecapsulate(_mlKem, ciphertext[..MlKem768.CiphertextSize], mlKemSecret);
            X25519.Multiply(_scalar, ephemeralPoint, x25519Secret);
            XWing.Combine(mlKemSecret, x25519Secret, ephemeralPoint, PublicPoint, secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(mlKemSecret);
            CryptographicOperations.ZeroMemory(x25519Secret);
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_scalar);
        _mlKem = null;
    }
}
