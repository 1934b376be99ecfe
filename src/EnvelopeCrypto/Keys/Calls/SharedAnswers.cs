using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Calls;

/// <summary>
/// What key services answered in this run, for the files that would ask the same again. Bounded: what was not asked for the longest
/// goes first. Failures are not kept.
/// </summary>
/// <param name="capacity">How many answers are kept.</param>
/// <param name="copy">What is handed out, since an answer that is a secret is zeroed when it goes.</param>
internal sealed class SharedAnswers<T>(int capacity, Func<T, T> copy) : IDisposable
    where T : class
{
    private readonly object _gate = new();
    private readonly RecentlyUsed<string, Entry> _entries = new(capacity);
    private bool _disposed;

    /// <summary>The answer to a question, asked at most once at a time. The caller disposes what it gets.</summary>
    /// <returns>The answer, and whether it was asked for here and now.</returns>
    public async ValueTask<(T Answer, bool IsNew)> GetAsync(string question, Func<ValueTask<T>> ask, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (entry, isMine, known) = Find(question);
            if (known is not null)
                return (known, IsNew: false);
            if (isMine)
                return (await AskAsync(entry, ask), IsNew: true);
            if (await entry.Call.WaitAsync(cancellationToken) && TryCopy(entry) is { } answer)
                return (answer, IsNew: false);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var entry in _entries.Clear())
                Forget(entry);
        }
    }

    private (Entry Entry, bool IsMine, T? Known) Find(string question)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_entries.TryGet(question, out var entry))
                return (entry, IsMine: false, entry.Call.HasAnswer ? copy(entry.Call.Answer) : null);
            entry = new Entry(question);
            if (_entries.Add(question, entry) is { } evicted)
                Forget(evicted);
            return (entry, IsMine: true, Known: null);
        }
    }

    private async ValueTask<T> AskAsync(Entry entry, Func<ValueTask<T>> ask)
    {
        T? mine = null;
        await entry.Call.MakeAsync(async () =>
        {
            try
            {
                var answer = await ask();
                mine = copy(answer);
                return answer;
            }
            catch
            {
                Forget(entry);
                throw;
            }
        });
        lock (_gate)
        {
            // It was pushed out, or all is over, while it was asked for: no one else would zero it.
            if (entry.IsForgotten)
                (entry.Call.Answer as IDisposable)?.Dispose();
        }
        return mine!;
    }

    private T? TryCopy(Entry entry)
    {
        lock (_gate)
            return entry.IsForgotten ? null : copy(entry.Call.Answer);
    }

    private void Forget(Entry entry)
    {
        lock (_gate)
        {
            entry.IsForgotten = true;
            // The question may have been asked again since this entry was pushed out.
            if (_entries.TryGet(entry.Question, out var known) && known == entry)
                _entries.Remove(entry.Question);
            if (entry.Call.HasAnswer)
                (entry.Call.Answer as IDisposable)?.Dispose();
        }
    }

    private sealed class Entry(string question)
    {
        public string Question => question;

        public SharedCall<T> Call { get; } = new();

        public bool IsForgotten { get; set; }
    }
}
