using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Body;

/// <summary>
/// Moves a body from its input to its output, in batches of chunks, by several workers at once. Each takes the next batch, reads it,
/// encrypts or decrypts it, writes it. Files are read and written at any place, so that no worker waits for another; pipes in order,
/// so that one worker reads while another computes and a third writes. One pass, and memory for the workers' buffers alone.
/// </summary>
/// <remarks>
/// The output is of no use before <see cref="Run"/> returns. Of several failures the one that comes first in the body is thrown,
/// whichever worker was faster; what stands before it was written, and a pipe gets nothing behind it.
/// </remarks>
internal sealed class ParallelCopy
{
    private const int MostWorkers = 8; // with 2 MiB of buffers each
    private const int PipeWorkers = 3; // one reads, one computes, one writes

    private readonly bool _sealing;
    private readonly int _fromSize;
    private readonly int _toSize;
    private readonly Stream _input;
    private readonly Stream? _output;
    private readonly bool _hasPipe;
    private readonly IPositionedInput? _inputFile;
    private readonly IPositionedOutput? _outputFile;
    private readonly long _inputStart;
    private readonly long _inputLength;
    private readonly long _outputStart;
    private readonly MessageKey _messageKey;
    private readonly CopyWorkers _shared;
    private readonly ChunkScheduler _order;
    private readonly object _progressGate = new();
    private Action<int>? _progress;
    private Action<long>? _beforeEnd;
    private long _plaintextLength;

    private ParallelCopy(bool sealing, Stream input, long? length, Stream? output, MessageKey messageKey, CopyWorkers shared)
    {
        (_sealing, _input, _output, _messageKey, _shared) = (sealing, input, output, messageKey, shared);
        (_fromSize, _toSize) = sealing ? (ChunkBatch.PlainSize, ChunkBatch.SealedSize) : (ChunkBatch.SealedSize, ChunkBatch.PlainSize);
        _outputFile = output as IPositionedOutput;
        _outputStart = _outputFile is null ? 0 : output!.Position;
        _inputFile = input as IPositionedInput;
        if (_inputFile is not null)
        {
            _inputStart = input.Position;
            _inputLength = length ?? (input.Length - _inputStart);
        }
        _hasPipe = _inputFile is null || (output is not null && _outputFile is null);
        _order = new ChunkScheduler(_inputFile is null ? null : _inputLength / _fromSize, _hasPipe ? PipeWorkers : MostWorkers);
    }

    /// <summary>
    /// Encrypts. The preamble was written; a file is read from its position on for <paramref name="length"/> bytes. Before a pipe gets
    /// the last batch, <paramref name="beforeEnd"/> is told how many bytes were read; what it throws keeps the message from being whole.
    /// </summary>
    public static ParallelCopy ToSeal(
        Stream input, long? length, Stream output, MessageKey messageKey, CopyWorkers shared, Action<long>? beforeEnd = null) =>
        new(sealing: true, input, length, output, messageKey, shared) { _beforeEnd = beforeEnd };

    /// <summary>Decrypts to an output, or to nowhere. The preamble was read, and its commitment was checked.</summary>
    public static ParallelCopy ToOpen(Stream input, Stream? output, MessageKey messageKey, CopyWorkers shared) =>
        new(sealing: false, input, length: null, output, messageKey, shared);

    /// <summary>Does the work, once.</summary>
    /// <param name="progress">Is told how many bytes of plaintext more are done; by one worker at a time.</param>
    /// <param name="cancellationToken">Stops the work after the batches that are under way.</param>
    /// <returns>Bytes of plaintext.</returns>
    /// <exception cref="EnvelopeException">
    /// BodyDamaged, BodyTruncated, BodyTooLong; SourceChanged: a file to encrypt has other bytes than it had; OutOfResources:
    /// not even one worker could begin.
    /// </exception>
    public long Run(Action<int>? progress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _progress = progress;
        using (cancellationToken.UnsafeRegister(_ => _order.Stop(cancellationToken), state: null))
        {
            _shared.Take();
            StartWorker(isFirst: true);
            _order.Finish();
        }
        if (!_sealing && _inputFile is not null)
            RequireSameEnd();
        _outputFile?.MoveTo(
            _outputStart + (_sealing ? Cobblestone.MessageLength(_plaintextLength) - Cobblestone.PreambleSize : _plaintextLength));
        return _plaintextLength;
    }

    // A first worker begins; the next comes when there is a second batch, if the system has room for it. One that waits for a pipe
    // keeps no processor from others.
    private void StartNextWorker()
    {
        if (_hasPipe)
            _shared.Take();
        else if (!_shared.TryTake())
            return;
        StartWorker(isFirst: false);
    }

    private void StartWorker(bool isFirst)
    {
        if (!_order.TryEnter())
        {
            _shared.Return();
            return;
        }
        try
        {
            _shared.Start(() => Work(isFirst));
        }
        catch (Exception failure)
        {
            Miss(isFirst, failure);
            Leave();
        }
    }

    // A worker that cannot begin: the work goes on with those there are, and fails only when there is none.
    private void Miss(bool isFirst, Exception failure)
    {
        if (isFirst)
            _order.Fail(0, EnvelopeException.From(failure));
    }

    private void Leave()
    {
        _shared.Return();
        _order.Leave();
    }

    private void Work(bool isFirst)
    {
        var isReady = false;
        CopyBuffers? batch = null;
        try
        {
            using var cipher = _messageKey.CreateCipher();
            batch = _shared.Rent();
            isReady = true;
            while (_inputFile is null ? ReadNext(batch) : TakeNext(batch))
                Process(batch, cipher);
        }
        catch (Exception failure)
        {
            if (isReady)
                _order.Fail(0, failure); // a fault: nothing of the body counts
            else
                Miss(isFirst, failure);
        }
        finally
        {
            if (batch is not null)
                _shared.Return(batch);
            Leave();
        }
    }

    private bool TakeNext(CopyBuffers batch)
    {
        var taken = _order.TryTake(out var index, out var isLast);
        batch.Begin(index, isLast);
        return taken;
    }

    // From a pipe: reading and counting batches is one step, one worker at a time.
    private bool ReadNext(CopyBuffers batch)
    {
        if (!_order.TryBeginRead(out var index))
            return false;
        var read = 0;
        try
        {
            read = _input.ReadAtLeast(batch.FromRoom[.._fromSize], _fromSize, throwOnEndOfStream: false);
        }
        catch (Exception failure)
        {
            _order.Fail(index, failure);
        }
        batch.Begin(index, isLast: read < _fromSize);
        batch.Filled(read);
        return _order.EndRead(batch.IsLast);
    }

    private void Process(CopyBuffers batch, MessageKey.ChunkCipher cipher)
    {
        try
        {
            StartNextWorker();
            if (_inputFile is not null)
                Read(_inputFile, batch);
            // From: a full batch, or what is left up to the end of the body
            if (Compute(batch, cipher) is { } damage)
                _order.Fail(batch.Index, damage);
            // To: the same, encrypted; or the chunks that were verified, up to the first that is damaged
            if (Write(batch))
                Report(_sealing ? batch.Read : batch.Made);
        }
        catch (Exception failure)
        {
            _order.Fail(batch.Index, failure);
        }
    }

    private void Read(IPositionedInput file, CopyBuffers batch)
    {
        var (offset, read) = (batch.Index * _fromSize, 0);
        while (read < _fromSize && file.ReadAt(_inputStart + offset + read, batch.FromRoom[read.._fromSize]) is > 0 and var count)
            read += count;
        batch.Filled(read);
        if (_sealing && !IsWhole(batch))
            throw new EnvelopeException(EnvelopeError.SourceChanged, "it changed while it was read; try again, or read from a snapshot.");
    }

    // Whether a file gave what it had when the work began. Of a pipe nothing is known.
    private bool IsWhole(CopyBuffers batch) =>
        _inputFile is null || batch.Read == Math.Min(_fromSize, _inputLength - (batch.Index * _fromSize));

    private EnvelopeException? Compute(CopyBuffers batch, MessageKey.ChunkCipher cipher)
    {
        var firstChunk = batch.Index * ChunkBatch.Chunks;
        if (_sealing)
        {
            batch.Computed(ChunkBatch.Seal(cipher, firstChunk, batch.From, batch.ToRoom, batch.IsLast));
            return null;
        }
        var isWhole = IsWhole(batch);
        var damage = ChunkBatch.Open(cipher, firstChunk, batch.From, batch.ToRoom, batch.IsLast || !isWhole, out var opened);
        batch.Computed(opened);
        return damage ?? (isWhole ? null : ChunkBatch.Damaged(firstChunk, last: true));
    }

    // False when a batch before it failed: then it is of no use.
    private bool Write(CopyBuffers batch)
    {
        if (_output is null || _outputFile is not null)
        {
            if (_order.IsLost(batch.Index))
                return false;
            _outputFile?.WriteAt(_outputStart + (batch.Index * _toSize), batch.To);
            return true;
        }
        if (!_order.AwaitTurn(batch.Index))
            return false;
        if (batch.IsLast)
            _beforeEnd?.Invoke((batch.Index * _fromSize) + batch.Read);
        _output.Write(batch.To);
        _order.EndTurn();
        return true;
    }

    private void Report(int count)
    {
        lock (_progressGate)
        {
            _plaintextLength += count;
            _progress?.Invoke(count);
        }
    }

    // What was verified is a whole body. A file that has another end by now was changed all the same, and is not what it proves.
    private void RequireSameEnd()
    {
        var end = _inputStart + _inputLength;
        if (_input.Length > end)
        {
            throw new EnvelopeException(
                EnvelopeError.BodyDamaged, "the file goes on behind the last chunk of its body; it changed while it was read.");
        }
        if (_input.Length < end)
            throw new EnvelopeException(EnvelopeError.BodyTruncated, "the body was cut off while it was read.");
    }
}
