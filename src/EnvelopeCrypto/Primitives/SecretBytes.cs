using System.Diagnostics;
using System.Security.Cryptography;

namespace EnvelopeCrypto.Primitives;

/// <summary>Bytes that must not spread: pinned, so that the garbage collector leaves no copies, and zeroed on dispose.</summary>
[DebuggerDisplay("(secret)")]
internal sealed class SecretBytes : IDisposable
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _bytes;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private bool _disposed;

    public SecretBytes(int length) => _bytes = GC.AllocateArray<byte>(length, pinned: true);

    /// <summary>A copy; the caller zeroes what it copied from.</summary>
    public SecretBytes(ReadOnlySpan<byte> bytes)
        : this(bytes.Length)
    {
        bytes.CopyTo(_bytes);
    }

    public int Length => _bytes.Length;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    public static SecretBytes Random(int length, RandomSource random)
    {
        var secret = new SecretBytes(length);
        random(secret.Span);
        return secret;
    }

    public SecretBytes Clone() => new(Span);

    public override string ToString() => "(secret)";

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _disposed = true;
    }
}
