namespace EnvelopeCrypto.Audit;

/// <summary>
/// Lines of many threads on their way to the file. A thread that finds no other writing writes for all that came meanwhile, so that the
/// lock is taken and the file written once for all of them; each waits until its own line stands in the file.
/// </summary>
internal sealed class AuditLog(AuditFile file, AuditKeys keys) : IDisposable
{
    private const int MaxLines = 1024;
    private const int MaxBytes = AuditLimits.MaxTorn / 2;

    private readonly object _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Queue<Pending> _waiting = new();
    private bool _isWriting;
    private bool _disposed;

    /// <summary>Appends a line; gives its number when it stands in the file.</summary>
    /// <exception cref="EnvelopeException">It could not be written, and does not stand there.</exception>
    public async ValueTask<long> AppendAsync(byte[] content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (content.Length > AuditLimits.MaxLineLength - 1024)
            throw new EnvelopeException(EnvelopeError.AuditLogUnusable, "a line would be longer than a line can be.");
        var mine = new Pending(content);
        bool isWriter;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _waiting.Enqueue(mine);
            isWriter = !_isWriting;
            _isWriting = true;
        }
        if (isWriter)
            _ = WriteAsync(); // which tells each line what became of it, and throws nothing
        return await mine.Written.Task.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _stop.Cancel(); // a line whose caller gave up can still wait for the lock or a key service
            while (_isWriting)
                Monitor.Wait(_gate);
        }
        file.Dispose();
        keys.Dispose();
        _stop.Dispose();
    }

    private async Task WriteAsync()
    {
        var batch = Take();
        try
        {
            var first = await file.AppendAsync(batch.ConvertAll(pending => pending.Content), _stop.Token);
            for (var i = 0; i < batch.Count; i++)
                batch[i].Written.SetResult(first + i);
        }
        catch (Exception failure)
        {
            // Whatever it is, each of them is told; none of the lines stands there.
            foreach (var pending in batch)
                pending.Written.TrySetException(failure);
        }
        lock (_gate)
        {
            _isWriting = _waiting.Count > 0;
            Monitor.PulseAll(_gate);
            if (!_isWriting)
                return;
        }
        // The next batch is no longer this caller's: it could wait for ever behind others'.
        _ = Task.Run(WriteAsync, CancellationToken.None);
    }

    private List<Pending> Take()
    {
        var batch = new List<Pending>();
        lock (_gate)
        {
            for (var bytes = 0; batch.Count < MaxLines && _waiting.TryPeek(out var next) && bytes + next.Content.Length <= MaxBytes;)
            {
                bytes += next.Content.Length;
                batch.Add(_waiting.Dequeue());
            }
        }
        return batch;
    }

    /// <summary>A line that is not in the file yet.</summary>
    private sealed record Pending(byte[] Content)
    {
        public TaskCompletionSource<long> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
