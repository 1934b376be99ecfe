namespace EnvelopeCrypto.Keys.Calls;

/// <summary>One call to a key service for several who need its answer at the same time: one makes it, the others wait.</summary>
internal sealed class SharedCall<T>
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool HasAnswer => _answer.Task.IsCompletedSuccessfully;

    /// <summary>The answer, when <see cref="HasAnswer"/>.</summary>
    public T Answer => _answer.Task.GetAwaiter().GetResult();

    /// <summary>Makes the call; its failure goes to all who wait.</summary>
    public async ValueTask MakeAsync(Func<ValueTask<T>> call)
    {
        try
        {
            _answer.SetResult(await call());
        }
        catch (Exception failure)
        {
            _answer.SetException(failure);
            _ = _answer.Task.Exception; // no one may wait
            throw;
        }
    }

    /// <summary>Waits for who makes the call.</summary>
    /// <returns>False when the other gave up for a reason of its own, so that the call has to be made again.</returns>
    /// <exception cref="EnvelopeException">What the call failed with.</exception>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _answer.Task.WaitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.KekUseRefused)
        {
            return false; // refused for the other file alone: ask again for this one
        }
    }
}
