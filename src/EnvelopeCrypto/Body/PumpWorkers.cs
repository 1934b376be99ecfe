namespace EnvelopeCrypto.Body;

/// <summary>
/// The workers that all pumps of one run share: as many as there are processors. Each pump has one in any case, so that every file
/// goes on; who comes when others are busy has no more than that.
/// </summary>
internal sealed class PumpWorkers(int most)
{
    private int _busy;

    public PumpWorkers()
        : this(Environment.ProcessorCount)
    {
    }

    /// <summary>A worker that a pump cannot do without.</summary>
    public bool Take() => Interlocked.Increment(ref _busy) > 0;

    /// <summary>One more; false when as many are at work as there are processors.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _busy) <= most)
            return true;
        Return();
        return false;
    }

    public void Return() => Interlocked.Decrement(ref _busy);
}
