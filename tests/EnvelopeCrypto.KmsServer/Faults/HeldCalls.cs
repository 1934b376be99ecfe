namespace EnvelopeCrypto.KmsServer.Faults;

/// <summary>Calls that wait on the server's side, so that a test can act while they are under way.</summary>
public sealed class HeldCalls
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the first of them is here.</summary>
    public Task Arrived => _arrived.Task;

    /// <summary>Ends when the client of one of them closed its connection.</summary>
    public Task Abandoned => _abandoned.Task;

    /// <summary>Lets them all go on.</summary>
    public void Release() => _released.TrySetResult();

    internal async Task WaitAsync(CancellationToken aborted)
    {
        _arrived.TrySetResult();
        try
        {
            await _released.Task.WaitAsync(aborted);
        }
        catch (OperationCanceledException)
        {
            _abandoned.TrySetResult();
            throw;
        }
    }
}
