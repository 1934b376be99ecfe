using System.Buffers;
using System.Security.Cryptography;

namespace EnvelopeCrypto.Body;

/// <summary>One worker's buffers, from the pool, and the batch that is in them: as it was read, and as it is to be written.</summary>
internal sealed class PumpBatch(int fromSize, int toSize) : IDisposable
{
    private readonly byte[] _from = ArrayPool<byte>.Shared.Rent(fromSize);
    private readonly byte[] _to = ArrayPool<byte>.Shared.Rent(toSize);
    private int _mostRead;
    private int _mostMade;

    /// <summary>Its number in the body, from 0.</summary>
    public long Index { get; private set; }

    /// <summary>Whether the body ends in it.</summary>
    public bool IsLast { get; private set; }

    public int Read { get; private set; }

    public int Made { get; private set; }

    public Span<byte> FromRoom => _from.AsSpan(0, fromSize);

    public ReadOnlySpan<byte> From => _from.AsSpan(0, Read);

    public Span<byte> ToRoom => _to.AsSpan(0, toSize);

    public ReadOnlySpan<byte> To => _to.AsSpan(0, Made);

    public void Begin(long index, bool isLast) => (Index, IsLast, Read, Made) = (index, isLast, 0, 0);

    public void Filled(int count)
    {
        Read = count;
        _mostRead = Math.Max(_mostRead, count);
    }

    public void Computed(int count)
    {
        Made = count;
        _mostMade = Math.Max(_mostMade, count);
    }

    public void Dispose()
    {
        // One of them held plaintext.
        CryptographicOperations.ZeroMemory(_from.AsSpan(0, _mostRead));
        CryptographicOperations.ZeroMemory(_to.AsSpan(0, _mostMade));
        ArrayPool<byte>.Shared.Return(_from);
        ArrayPool<byte>.Shared.Return(_to);
    }
}
