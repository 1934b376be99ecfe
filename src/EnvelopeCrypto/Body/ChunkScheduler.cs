using System.Runtime.ExceptionServices;

namespace EnvelopeCrypto.Body;

/// <summary>
/// Who does which batch of a body: batches are given out in order, written in order where that is needed, and of several failures the
/// first in the body counts. After a failure nothing more is given out, and what comes behind it in the body is no longer written.
/// </summary>
/// <param name="lastBatch">The last batch, where it is known; else null, and the one whose read ends the input is.</param>
/// <param name="mostWorkers">How many work on it at once.</param>
internal sealed class ChunkScheduler(long? lastBatch, int mostWorkers)
{
    // A read that waits for a pipe cannot be called back. It is waited for that long; then its worker is left behind.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly object _gate = new();
    private int _workers;
    private bool _reading;
    private long _given;
    private long _written;
    private bool _ended;
    private long _failedBatch = long.MaxValue;
    private Exception? _failure;

    private bool IsOver => _ended || _failure is not null;

    private int AtWork => _workers - (_reading ? 1 : 0);

    /// <summary>Counts a worker in; false when there is nothing for it to do.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (IsOver || _workers == mostWorkers)
                return false;
            _workers++;
            return true;
        }
    }

    /// <summary>Counts a worker out, who holds nothing any more.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _workers--;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The next batch of an input that can be read anywhere; false when there is no more to do.</summary>
    public bool TryTake(out long batch, out bool isLast)
    {
        lock (_gate)
        {
            (batch, isLast) = (_given, _given == lastBatch);
            if (IsOver)
                return false;
            _given++;
            _ended = isLast;
            return true;
        }
    }

    /// <summary>The turn to read the next batch from an input that comes in order; false when there is no more to do.</summary>
    public bool TryBeginRead(out long batch)
    {
        lock (_gate)
        {
            while (_reading && !IsOver)
                Monitor.Wait(_gate);
            batch = _given;
            if (IsOver)
                return false;
            _reading = true; // and not at work until something comes, which can take for ever
            return true;
        }
    }

    /// <summary>Gives the turn to read to the next; false when the batch is not wanted any more.</summary>
    public bool EndRead(bool isLast)
    {
        lock (_gate)
        {
            _reading = false;
            Monitor.PulseAll(_gate);
            if (IsOver)
                return false;
            _given++;
            _ended = isLast;
            return true;
        }
    }

    /// <summary>Waits until every batch before this one was written; false when one of them failed.</summary>
    public bool AwaitTurn(long batch)
    {
        lock (_gate)
        {
            while (_written < batch && batch <= _failedBatch)
                Monitor.Wait(_gate);
            return batch <= _failedBatch;
        }
    }

    /// <summary>Gives the turn to write to the next.</summary>
    public void EndTurn()
    {
        lock (_gate)
        {
            _written++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Whether a batch before this one failed, so that this one is of no use.</summary>
    public bool IsLost(long batch)
    {
        lock (_gate)
            return batch > _failedBatch;
    }

    public void Fail(long batch, Exception failure)
    {
        lock (_gate)
        {
            if (batch < _failedBatch)
                (_failedBatch, _failure) = (batch, failure);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Fails behind the last batch that was given out.</summary>
    public void Stop(CancellationToken cancellationToken)
    {
        lock (_gate)
            Fail(_given, new OperationCanceledException(cancellationToken));
    }

    /// <summary>Waits until every worker is done, or waits in vain for a pipe; then throws the first failure in the body.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            while (AtWork > 0 || (_reading && !IsOver))
                Monitor.Wait(_gate);
            if (_reading)
                Monitor.Wait(_gate, Patience);
            while (AtWork > 0)
                Monitor.Wait(_gate); // it came back after all, and tidies up
        }
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
    }
}
