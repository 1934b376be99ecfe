namespace EnvelopeCrypto.Aws;

/// <summary>
/// Finds something out once in a run: anyone who asks meanwhile waits for the same answer. A failure is kept too, so that a run does not
/// ask a failing service again for each of its files.
/// </summary>
/// <param name="find">Asks. It is stopped by the run's end, not when one of those who wait gives up.</param>
/// <param name="runEnds">The end of the run.</param>
internal sealed class Once<T>(Func<CancellationToken, Task<T>> find, CancellationToken runEnds)
{
    private readonly object _gate = new();
    private Task<T>? _answer;

    /// <exception cref="EnvelopeException">Why it could not be found out.</exception>
    public Task<T> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            _answer ??= Task.Run(() => find(runEnds), runEnds);
        return _answer.WaitAsync(cancellationToken);
    }
}
