using System.Security.Cryptography;

namespace EnvelopeCrypto.Body;

/// <summary>One worker's buffers, and the batch that is in them: as it was read, and as it is to be written.</summary>
internal sealed class CopyBuffers
{
    private readonly byte[] _from = new byte[ChunkBatch.SealedSize];
    private readonly byte[] _to = new byte[ChunkBatch.SealedSize];
    private int _mostRead;
    private int _mostMade;

    /// <summary>Its number in the body, from 0.</summary>
    public long Index { get; private set; }

    /// <summary>Whether the body ends in it.</summary>
    public bool IsLast { get; private set; }

    public int Read { get; private set; }

    public int Made { get; private set; }

    public Span<byte> FromRoom => _from;

    public ReadOnlySpan<byte> From => _from.AsSpan(0, Read);

    public Span<byte> ToRoom => _to;

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

    /// <summary>Wipes what was in the buffers: one of them held plaintext.</summary>
    public void Clear()
    {
        CryptographicOperations.ZeroMemory(_from.AsSpan(0, _mostRead));
        CryptographicOperations.ZeroMemory(_to.AsSpan(0, _mostMade));
        (_mostRead, _mostMade) = (0, 0);
    }
}
