using System.Collections.Concurrent;

namespace EnvelopeCrypto.Body;

/// <summary>
/// What the copies of one run share. Workers: as many as there are processors, but each copy has one in any case, so that every file
/// goes on. And their buffers, so that memory does not grow with the number of files.
/// </summary>
internal class CopyWorkers(int most)
{
    private readonly ConcurrentBag<CopyBuffers> _idle = [];
    private int _busy;

    public CopyWorkers()
        : this(Environment.ProcessorCount)
    {
    }

    /// <summary>A worker that a copy cannot do without.</summary>
    public void Take() => Interlocked.Increment(ref _busy);

    /// <summary>One more; false when as many are at work as there are processors.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _busy) <= most)
            return true;
        Return();
        return false;
    }

    public void Return() => Interlocked.Decrement(ref _busy);

    /// <summary>Starts a worker, which waits for files and pipes: no thread of the runtime's own pool does that.</summary>
    public virtual void Start(ThreadStart work) => new Thread(work) { IsBackground = true, Name = "envelope copy" }.UnsafeStart();

    public virtual CopyBuffers Rent() => _idle.TryTake(out var batch) ? batch : new CopyBuffers();

    public void Return(CopyBuffers batch)
    {
        batch.Clear();
        _idle.Add(batch);
    }
}
