using System.Diagnostics.CodeAnalysis;

namespace EnvelopeCrypto.Batches;

/// <summary>
/// Works on many items at once while more still arrive. Few large items do not hold up many small ones: a worker is kept free for the
/// small as long as there are any. Results are taken as they finish, in no fixed order, by the thread that adds.
/// </summary>
/// <typeparam name="TItem">What is worked on.</typeparam>
/// <typeparam name="TResult">What becomes of it.</typeparam>
internal sealed class WorkQueue<TItem, TResult> : IDisposable
{
    /// <summary>Bytes from which on an item is large.</summary>
    internal const long LargeLength = 64L * 1024 * 1024;

    private static readonly TimeSpan BetweenWaits = TimeSpan.FromMilliseconds(100);

    private const int WaitingPerWorker = 16;
    private const int WaitingLarge = 1024;

    private readonly object _gate = new();
    private readonly Queue<TItem> _small = new();
    private readonly Queue<TItem> _large = new();
    private readonly Queue<TResult> _finished = new();
    private readonly Func<TItem, CancellationToken, Task<TResult>> _work;
    private readonly CancellationTokenSource _stop;
    private readonly int _throttle;
    private readonly List<Thread> _workers = [];
    private int _running;
    private int _runningLarge;
    private bool _noMore;
    private bool _isCalled;
    private Exception? _fault;
    private bool _disposed;

    /// <param name="throttle">How many are worked on at once; 1 or more.</param>
    /// <param name="work">Turns an item into its result; failures belong into the result. Whatever it throws ends the whole.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="EnvelopeException">OutOfResources: not even one worker could begin.</exception>
    public WorkQueue(int throttle, Func<TItem, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
        : this(throttle, work, Start, cancellationToken)
    {
    }

    internal WorkQueue(
        int throttle, Func<TItem, CancellationToken, Task<TResult>> work, Func<ThreadStart, Thread> start,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(throttle, 1);
        _work = work;
        _throttle = throttle;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _stop.Token.Register(Wake);
        StartWorkers(start);
    }

    /// <summary>
    /// Called now and then, and at once after <see cref="CallWaiting"/>, outside of any lock, by the thread that
    /// waits in <see cref="Take"/>.
    /// </summary>
    public Action? Waiting { get; init; }

    /// <summary>Adds an item; false, and not added, when so many wait that results must be taken first.</summary>
    public bool TryAdd(TItem item, long length)
    {
        lock (_gate)
        {
            RequireGoing();
            var (lane, room) = length >= LargeLength ? (_large, WaitingLarge) : (_small, _throttle * WaitingPerWorker);
            if (lane.Count >= room)
                return false;
            lane.Enqueue(item);
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Says that no more items come.</summary>
    public void CompleteAdding()
    {
        lock (_gate)
        {
            _noMore = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes a result that is finished already.</summary>
    public bool TryTake([MaybeNullWhen(false)] out TResult result)
    {
        lock (_gate)
        {
            RequireGoing();
            return _finished.TryDequeue(out result);
        }
    }

    /// <summary>Waits for the next result; false when all are done and no more items come.</summary>
    public bool Take([MaybeNullWhen(false)] out TResult result)
    {
        while (true)
        {
            lock (_gate)
            {
                RequireGoing();
                if (_finished.TryDequeue(out result))
                    return true;
                if (_noMore && _small.Count + _large.Count + _running == 0)
                    return false;
                if (!_isCalled)
                    Monitor.Wait(_gate, BetweenWaits);
                _isCalled = false;
            }
            Waiting?.Invoke();
        }
    }

    /// <summary>
    /// Lets the thread that waits in <see cref="Take"/>, now or the next time, call <see cref="Waiting"/>. For any thread.
    /// </summary>
    public void CallWaiting()
    {
        lock (_gate)
        {
            _isCalled = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Stops what is going on and waits until it has cleaned up.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _stop.Cancel();
        Wake();
        foreach (var worker in _workers)
            worker.Join();
        _stop.Dispose();
    }

    // Threads of their own: most work is encryption and the disk, which would block those of the pool.
    private static Thread Start(ThreadStart work)
    {
        var worker = new Thread(work) { IsBackground = true, Name = "EnvelopeCrypto work" };
        worker.Start();
        return worker;
    }

    // Where the system has no room for more, fewer do it.
    private void StartWorkers(Func<ThreadStart, Thread> start)
    {
        try
        {
            while (_workers.Count < _throttle)
                _workers.Add(start(Work));
        }
        catch (Exception failure)
        {
            if (_workers.Count == 0)
                throw EnvelopeException.From(failure);
        }
    }

    private void Work()
    {
        while (Next(out var item, out var isLarge))
        {
            try
            {
                var result = _work(item, _stop.Token).GetAwaiter().GetResult();
                Finish(isLarge, () => _finished.Enqueue(result));
            }
            catch (Exception fault)
            {
                // Also when it was stopped: anyone who waits must learn of it.
                Finish(isLarge, () => _fault ??= fault);
                return;
            }
        }
    }

    private bool Next([MaybeNullWhen(false)] out TItem item, out bool isLarge)
    {
        lock (_gate)
        {
            while (true)
            {
                (item, isLarge) = (default, false);
                if (_stop.IsCancellationRequested || _fault is not null)
                    return false;
                if (MayStartLarge() && _large.TryDequeue(out item))
                {
                    (_running, _runningLarge, isLarge) = (_running + 1, _runningLarge + 1, true);
                    return true;
                }
                if (_small.TryDequeue(out item))
                {
                    _running++;
                    return true;
                }
                if (_noMore && _large.Count == 0)
                    return false;
                Monitor.Wait(_gate);
            }
        }
    }

    // One worker stays with the small ones while there are any, or may still be some; unless so many large ones wait that no more
    // can be added. A worker that is alone takes the small ones first.
    private bool MayStartLarge() =>
        _runningLarge < _throttle - 1 || (_small.Count == 0 && (_throttle == 1 || _noMore || _large.Count == WaitingLarge));

    private void Finish(bool isLarge, Action record)
    {
        lock (_gate)
        {
            _running--;
            _runningLarge -= isLarge ? 1 : 0;
            record();
            Monitor.PulseAll(_gate);
        }
    }

    private void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    private void RequireGoing()
    {
        // Who gives up though no one asked, as a client does at its own time limit, has failed: the rest would wait for ever.
        if (_fault is not null && (_fault is not OperationCanceledException || !_stop.IsCancellationRequested))
            throw new InvalidOperationException("The work on a file failed in a way that was not foreseen.", _fault);
        _stop.Token.ThrowIfCancellationRequested();
    }
}
