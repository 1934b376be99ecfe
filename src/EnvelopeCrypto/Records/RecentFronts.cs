using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Records;

/// <summary>
/// What is known of the fronts of tokens that were seen last, so that a thousand tokens under one data key are not each parsed and
/// unwrapped again. Bounded: what was not asked for the longest goes first, and is disposed. Serves many threads.
/// </summary>
/// <param name="capacity">How many fronts are kept.</param>
internal sealed class RecentFronts<T>(int capacity) : IDisposable
    where T : class, IDisposable
{
    /// <summary>Fronts that are kept: those of a few fields under a few hundred data keys, in any order.</summary>
    public const int Usual = 1000;

    /// <summary>Letters of the longest front that is kept: those of honest tokens have a few hundred.</summary>
    private const int Longest = 16 * 1024;

    private readonly object _gate = new();
    private readonly RecentlyUsed<int, Entry> _entries = new(capacity);
    private bool _disposed;

    /// <summary>What is kept for a front, letter by letter the same; else null.</summary>
    public T? Find(ReadOnlySpan<char> front)
    {
        // By the hash of a part of a text, so that none has to be copied to look for it. Of two fronts with one hash the later stays.
        var hash = string.GetHashCode(front, StringComparison.Ordinal);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _entries.TryGet(hash, out var entry) && front.SequenceEqual(entry.Front) ? entry.Known : null;
        }
    }

    /// <summary>Keeps something for a front, and disposes it when its time is over: for a very long front at once.</summary>
    public void Keep(string front, T known)
    {
        if (front.Length > Longest)
        {
            known.Dispose();
            return;
        }
        var hash = string.GetHashCode(front, StringComparison.Ordinal);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _entries.Add(hash, new Entry(front, known))?.Known.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var entry in _entries.Clear())
                entry.Known.Dispose();
        }
    }

    private sealed record Entry(string Front, T Known);
}
