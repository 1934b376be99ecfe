using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Prng;
using Org.BouncyCastle.Security;

namespace EnvelopeCrypto.KeyPairs;

/// <summary>Randomness that the caller drew, in the shape in which the library asks for it. It gives each byte once.</summary>
internal sealed class GivenRandom(ReadOnlySpan<byte> bytes) : SecureRandom(new Unused()), IDisposable
{
    private readonly byte[] _bytes = bytes.ToArray();
    private int _used;

    public override void NextBytes(byte[] buf) => NextBytes(buf.AsSpan());

    public override void NextBytes(byte[] buf, int off, int len) => NextBytes(buf.AsSpan(off, len));

    public override void NextBytes(Span<byte> buffer)
    {
        _bytes.AsSpan(_used, buffer.Length).CopyTo(buffer);
        _used += buffer.Length;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    // The base class wants a generator, and never reaches it: each way to its bytes is overridden or fails here.
    private sealed class Unused : IRandomGenerator
    {
        public void AddSeedMaterial(byte[] seed) => throw new NotSupportedException();

        public void AddSeedMaterial(ReadOnlySpan<byte> seed) => throw new NotSupportedException();

        public void AddSeedMaterial(long seed) => throw new NotSupportedException();

        public void NextBytes(byte[] bytes) => throw new NotSupportedException();

        public void NextBytes(byte[] bytes, int start, int len) => throw new NotSupportedException();

        public void NextBytes(Span<byte> bytes) => throw new NotSupportedException();
    }
}
