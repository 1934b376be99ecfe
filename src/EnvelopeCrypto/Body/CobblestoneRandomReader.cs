using System.Security.Cryptography;

namespace EnvelopeCrypto.Body;

/// <summary>
/// Reads any range of a Cobblestone-256 message of known length. The last chunk is verified at the start, so the length is
/// proven before a byte is given. Once it has failed, every later call fails in the same way.
/// </summary>
internal sealed class CobblestoneRandomReader : IDisposable
{
    private readonly PositionedRead _read;
    private readonly long _messageOffset;
    private readonly MessageKey _messageKey;
    private readonly MessageKey.ChunkCipher _cipher;
    private readonly byte[] _sealed = new byte[Cobblestone.ChunkSize];
    private readonly byte[] _plain = new byte[Cobblestone.PlainChunkSize];
    private long _chunkInPlain = -1;
    private Exception? _failure;

    /// <summary>
    /// Opens the message that stands at <paramref name="messageOffset"/> and runs for <paramref name="messageLength"/> bytes.
    /// </summary>
    /// <exception cref="EnvelopeException">BodyTruncated, BodyDamaged, CommitmentMismatch.</exception>
    public CobblestoneRandomReader(
        PositionedRead read, long messageOffset, long messageLength, ReadOnlySpan<byte> key, ReadOnlySpan<byte> context)
    {
        _read = read;
        _messageOffset = messageOffset;
        Length = Cobblestone.PlaintextLength(messageLength);

        Span<byte> preamble = stackalloc byte[Cobblestone.PreambleSize];
        if (messageLength < preamble.Length || !TryFill(0, preamble))
            throw new EnvelopeException(EnvelopeError.BodyTruncated, "the body is cut off before its first chunk.");
        _messageKey = MessageKey.TryOpen(key, context, preamble)
            ?? throw new EnvelopeException(EnvelopeError.CommitmentMismatch, "the key does not fit this message.");
        _cipher = _messageKey.CreateCipher();
        try
        {
            if (Length < 0)
                throw new EnvelopeException(EnvelopeError.BodyTruncated, "the body is cut off: no whole message has this length.");
            Load(Length / Cobblestone.PlainChunkSize);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Bytes of plaintext, proven.</summary>
    public long Length { get; }

    /// <summary>Reads verified plaintext from <paramref name="position"/> on, to the end of a chunk at most; 0 at the end.</summary>
    /// <exception cref="EnvelopeException">BodyDamaged, BodyTruncated.</exception>
    public int Read(long position, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        if (_failure is not null)
            throw _failure;
        if (position >= Length || destination.IsEmpty)
            return 0;

        var chunk = position / Cobblestone.PlainChunkSize;
        if (chunk != _chunkInPlain)
            Load(chunk);
        var within = (int)(position % Cobblestone.PlainChunkSize);
        var count = Math.Min(PlainSizeOf(chunk) - within, destination.Length);
        _plain.AsSpan(within, count).CopyTo(destination);
        return count;
    }

    public void Dispose()
    {
        _cipher.Dispose();
        _messageKey.Dispose();
        CryptographicOperations.ZeroMemory(_plain);
        _failure ??= new ObjectDisposedException(nameof(CobblestoneRandomReader));
    }

    private int PlainSizeOf(long chunk) => (int)Math.Min(Cobblestone.PlainChunkSize, Length - (chunk * Cobblestone.PlainChunkSize));

    private void Load(long chunk)
    {
        _chunkInPlain = -1;
        try
        {
            Verify(chunk);
            _chunkInPlain = chunk;
        }
        catch (Exception failure)
        {
            // Whatever went wrong, this failure stands for good.
            _failure = failure;
            throw;
        }
    }

    private void Verify(long chunk)
    {
        var size = PlainSizeOf(chunk);
        var bytes = _sealed.AsSpan(0, size + Cobblestone.TagSize);
        if (!TryFill(Cobblestone.PreambleSize + (chunk * Cobblestone.ChunkSize), bytes))
            throw new EnvelopeException(EnvelopeError.BodyTruncated, $"the body is cut off in chunk {chunk}.");
        if (!_cipher.TryDecrypt(chunk, bytes, _plain.AsSpan(0, size)))
            throw ChunkBatch.Damaged(chunk, last: size < Cobblestone.PlainChunkSize);
    }

    private bool TryFill(long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var count = _read(_messageOffset + offset, destination);
            if (count == 0)
                return false;
            offset += count;
            destination = destination[count..];
        }
        return true;
    }
}
