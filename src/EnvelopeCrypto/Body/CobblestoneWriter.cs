using System.Buffers;
using System.Security.Cryptography;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Body;

/// <summary>
/// Writes a Cobblestone-256 message to a stream, front to back. Only <see cref="Complete"/> makes it whole:
/// a writer that is disposed without it leaves a message that every reader refuses as cut off.
/// </summary>
internal sealed class CobblestoneWriter : IDisposable
{
    private const int BatchSize = ChunkBatch.PlainSize;

    private readonly Stream _output;
    private readonly MessageKey _messageKey;
    private readonly MessageKey.ChunkCipher _cipher;
    private byte[] _plain = [];
    private byte[] _sealed = [];
    private byte[] _front = [];
    private int _filled;
    private int _mostFilled;
    private long _nextChunk;
    private State _state;

    /// <summary>Draws a salt and writes the preamble.</summary>
    public CobblestoneWriter(Stream output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> context, RandomSource random)
    {
        Span<byte> preamble = stackalloc byte[Cobblestone.PreambleSize];
        _output = output;
        _messageKey = MessageKey.Create(key, context, random, preamble);
        _cipher = _messageKey.CreateCipher();
        try
        {
            output.Write(preamble);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Draws a salt; the preamble goes out together with the first chunks, behind what stands before the message.</summary>
    public CobblestoneWriter(
        Stream output, ReadOnlySpan<byte> before, ReadOnlySpan<byte> key, ReadOnlySpan<byte> context, RandomSource random)
    {
        _output = output;
        _front = new byte[before.Length + Cobblestone.PreambleSize];
        before.CopyTo(_front);
        _messageKey = MessageKey.Create(key, context, random, _front.AsSpan(before.Length));
        _cipher = _messageKey.CreateCipher();
    }

    private enum State
    {
        Open,
        Completed,
        Failed,
    }

    /// <summary>Bytes of plaintext taken so far.</summary>
    public long PlaintextLength { get; private set; }

    public void Write(ReadOnlySpan<byte> plaintext)
    {
        RequireOpen();
        while (!plaintext.IsEmpty)
        {
            var room = RoomFor(plaintext.Length);
            var taken = Math.Min(room.Length, plaintext.Length);
            plaintext[..taken].CopyTo(room);
            plaintext = plaintext[taken..];
            Took(taken);
        }
    }

    /// <summary>Encrypts all of <paramref name="input"/>, read straight into the writer's own buffer.</summary>
    /// <param name="input">Any stream, also one that gives a byte at a time.</param>
    /// <param name="lengthHint">Bytes to expect, for the buffer's size; -1 when unknown.</param>
    /// <param name="progress">Is told how many bytes more were taken.</param>
    /// <param name="cancellationToken">Looked at between reads.</param>
    public void WriteFrom(Stream input, long lengthHint, Action<int>? progress, CancellationToken cancellationToken)
    {
        RequireOpen();
        var expected = lengthHint < 0 ? BatchSize : (int)Math.Min(lengthHint + 1, BatchSize);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var taken = input.Read(RoomFor(expected));
                if (taken == 0)
                    return;
                Took(taken);
                progress?.Invoke(taken);
            }
        }
        catch
        {
            _state = State.Failed; // only a part of the input was taken: it must not be sealed as the whole
            throw;
        }
    }

    /// <summary>Writes what is left as the last chunk. The output is neither flushed nor closed.</summary>
    public void Complete()
    {
        RequireOpen();
        WriteChunks(final: true);
        _state = State.Completed;
    }

    public void Dispose()
    {
        _cipher.Dispose();
        _messageKey.Dispose();
        CryptographicOperations.ZeroMemory(_plain.AsSpan(0, Math.Min(_mostFilled, _plain.Length)));
        Return(ref _plain);
        Return(ref _sealed);
        if (_state == State.Open)
            _state = State.Failed;
    }

    private static void Return(ref byte[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    // A short message takes a short buffer; the first time more arrives, it takes the full size.
    private Span<byte> RoomFor(int expected)
    {
        var wanted = expected > Cobblestone.PlainChunkSize || _filled + 1 > Cobblestone.PlainChunkSize
            ? BatchSize
            : Cobblestone.PlainChunkSize;
        if (_plain.Length < wanted)
        {
            var larger = ArrayPool<byte>.Shared.Rent(wanted);
            _plain.AsSpan(0, _filled).CopyTo(larger);
            CryptographicOperations.ZeroMemory(_plain.AsSpan(0, Math.Min(_mostFilled, _plain.Length)));
            Return(ref _plain);
            _plain = larger;
        }
        return _plain.AsSpan(_filled, Math.Min(_plain.Length, BatchSize) - _filled);
    }

    private void Took(int count)
    {
        _filled += count;
        PlaintextLength += count;
        _mostFilled = Math.Max(_mostFilled, _filled);
        if (_filled == BatchSize)
            WriteChunks(final: false);
    }

    // Every full chunk can go at once, since the last chunk of a message is never full.
    private void WriteChunks(bool final)
    {
        _state = State.Failed; // until this batch is out: a writer that failed once seals nothing more
        var full = _filled / Cobblestone.PlainChunkSize;
        var most = _front.Length + (full * Cobblestone.ChunkSize) + Cobblestone.ChunkSize;
        if (_sealed.Length < most)
        {
            Return(ref _sealed);
            _sealed = ArrayPool<byte>.Shared.Rent(most);
        }
        _front.CopyTo(_sealed, 0);
        // _sealed: what was to go out before the first chunk
        var size = _front.Length + ChunkBatch.Seal(_cipher, _nextChunk, _plain.AsSpan(0, _filled), _sealed.AsSpan(_front.Length), final);
        // _sealed: the same, the full chunks and, at the end, the short one
        _output.Write(_sealed.AsSpan(0, size));
        _front = [];
        _nextChunk += full;
        _filled = 0; // a batch in the middle is only written when it holds nothing but full chunks
        _state = State.Open;
    }

    private void RequireOpen()
    {
        if (_state != State.Open)
            throw new InvalidOperationException(_state == State.Completed ? "The message is complete." : "Writing this message failed.");
    }
}
