using System.Buffers;
using System.Security.Cryptography;

namespace EnvelopeCrypto.Body;

/// <summary>
/// Reads the chunks of a Cobblestone-256 message from a stream, front to back. It gives no byte that was not authenticated;
/// once it has failed, every later call fails in the same way.
/// </summary>
internal sealed class CobblestoneReader : IDisposable
{
    private readonly Stream _input;
    private readonly MessageKey _messageKey;
    private readonly MessageKey.ChunkCipher _cipher;
    private readonly byte[] _sealed = ArrayPool<byte>.Shared.Rent(ChunkBatch.SealedSize);
    private readonly byte[] _plain = ArrayPool<byte>.Shared.Rent(ChunkBatch.PlainSize);
    private int _given;
    private int _verified;
    private int _mostVerified;
    private long _nextChunk;
    private bool _ended;
    private Exception? _failure;
    private bool _disposed;

    /// <summary>Takes over the key of a message whose preamble was read, and whose commitment was checked.</summary>
    public CobblestoneReader(Stream input, MessageKey messageKey)
    {
        _input = input;
        _messageKey = messageKey;
        _cipher = messageKey.CreateCipher();
    }

    /// <summary>Bytes of plaintext verified so far.</summary>
    public long PlaintextLength { get; private set; }

    /// <summary>Opens a whole message: reads the preamble and checks the commitment before any chunk.</summary>
    /// <exception cref="EnvelopeException">BodyTruncated, CommitmentMismatch.</exception>
    public static CobblestoneReader Open(Stream input, ReadOnlySpan<byte> key, ReadOnlySpan<byte> context)
    {
        var preamble = ReadPreamble(input);
        var messageKey = MessageKey.TryOpen(key, context, preamble)
            ?? throw new EnvelopeException(EnvelopeError.CommitmentMismatch, "the key does not fit this message.");
        return new CobblestoneReader(input, messageKey);
    }

    /// <summary>Salt and commitment, from the front of a message.</summary>
    public static byte[] ReadPreamble(Stream input)
    {
        var preamble = new byte[Cobblestone.PreambleSize];
        if (input.ReadAtLeast(preamble, preamble.Length, throwOnEndOfStream: false) < preamble.Length)
            throw new EnvelopeException(EnvelopeError.BodyTruncated, "the body is cut off before its first chunk.");
        return preamble;
    }

    /// <summary>Reads up to <c>destination.Length</c> bytes of verified plaintext; 0 only at the proven end.</summary>
    /// <exception cref="EnvelopeException">BodyDamaged, BodyTruncated.</exception>
    public int Read(Span<byte> destination)
    {
        var verified = NextVerified();
        var count = Math.Min(verified.Length, destination.Length);
        verified[..count].CopyTo(destination);
        _given += count;
        return count;
    }

    /// <summary>Writes the whole plaintext to <paramref name="output"/>, or to nowhere, and proves its end.</summary>
    /// <param name="output">Gets each batch only after it was verified; null to prove the message and keep nothing.</param>
    /// <param name="progress">Is told how many bytes more were verified.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    public void CopyTo(Stream? output, Action<int>? progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var verified = NextVerified();
            if (verified.IsEmpty)
                return;
            Give(verified, output);
            progress?.Invoke(verified.Length);
        }
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _failure ??= new ObjectDisposedException(nameof(CobblestoneReader));
        (_given, _verified) = (0, 0); // what was verified goes with the buffer
        _cipher.Dispose();
        _messageKey.Dispose();
        CryptographicOperations.ZeroMemory(_plain.AsSpan(0, _mostVerified));
        ArrayPool<byte>.Shared.Return(_plain);
        ArrayPool<byte>.Shared.Return(_sealed);
    }

    // An output that failed may hold a part of this batch: nothing more may follow it.
    private void Give(ReadOnlySpan<byte> verified, Stream? output)
    {
        _given += verified.Length;
        try
        {
            output?.Write(verified);
        }
        catch (Exception failure)
        {
            _failure = failure;
            throw;
        }
    }

    // What is verified and not yet given; empty only at the proven end.
    private ReadOnlySpan<byte> NextVerified()
    {
        if (_given == _verified && _failure is null && !_ended)
            VerifyBatch();
        if (_given == _verified && _failure is not null)
            throw _failure;
        return _plain.AsSpan(_given, _verified - _given);
    }

    private void VerifyBatch()
    {
        (_given, _verified) = (0, 0);
        try
        {
            var read = _input.ReadAtLeast(_sealed.AsSpan(0, ChunkBatch.SealedSize), ChunkBatch.SealedSize, throwOnEndOfStream: false);
            // _sealed: 64 full chunks, or what is left up to the end of the message
            var isLast = read < ChunkBatch.SealedSize;
            var damage = ChunkBatch.Open(_cipher, _nextChunk, _sealed.AsSpan(0, read), _plain, isLast, out _verified);
            // _plain: every chunk up to the first that is damaged; it may still be given, and after it this failure stands for good
            _mostVerified = Math.Max(_mostVerified, _verified);
            _nextChunk += ChunkBatch.Chunks;
            PlaintextLength += _verified;
            (_failure, _ended) = (damage, isLast && damage is null);
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }
}
