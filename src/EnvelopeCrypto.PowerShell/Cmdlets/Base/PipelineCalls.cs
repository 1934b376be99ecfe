using System.Management.Automation;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// Script blocks run on the pipeline's thread only, while a method of the cmdlet's own is under way. Workers leave their calls here, and
/// the pipeline's thread makes them, one after the other, whenever it waits for the work. Made on that thread.
/// </summary>
/// <param name="cancel">Cancels the work, when a call was told to stop.</param>
internal sealed class PipelineCalls(Action cancel)
{
    private readonly object _gate = new();
    private readonly Queue<IWaitingCall> _waiting = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;

    private interface IWaitingCall
    {
        void Make();
    }

    /// <summary>
    /// Told when a call waits, by the thread that left it: to wake the pipeline's thread where it waits for something else.
    /// </summary>
    public Action? Arrived { get; set; }

    /// <summary>Whether an exception is the shell's way to stop a pipeline, which no one may keep from it.</summary>
    public static bool IsStop(Exception failure) =>
        failure is PipelineStoppedException || failure.GetType().Name == "StopUpstreamCommandsException"; // not public

    /// <summary>Has a call made by the pipeline's thread, and waits for what it gives. For any thread.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">
    /// Takes a call back as long as it waits. One under way is waited for: it still uses what it was given.
    /// </param>
    public async ValueTask<T> CallAsync<T>(Func<T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiting = new WaitingCall<T>(call);
        if (Environment.CurrentManagedThreadId == _thread)
        {
            // Not by the queue: no one would serve it while this thread waits here.
            Make(waiting);
            return await waiting.Answer;
        }
        await using var back = cancellationToken.Register(waiting.TakeBack);
        lock (_gate)
        {
            _waiting.Enqueue(waiting);
            Monitor.PulseAll(_gate);
        }
        Arrived?.Invoke();
        return await waiting.Answer;
    }

    /// <summary>Makes the calls that wait. Only the pipeline's thread may.</summary>
    public void Serve()
    {
        while (TryTake(out var call))
            Make(call!);
    }

    /// <summary>Waits for work, and makes the calls that it asks for meanwhile. Only the pipeline's thread may.</summary>
    public void Wait(Task work)
    {
        if (!work.IsCompleted)
            _ = work.ContinueWith(_ => Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            while (!work.IsCompleted)
            {
                Serve();
                lock (_gate)
                {
                    if (_waiting.Count == 0 && !work.IsCompleted)
                        Monitor.Wait(_gate);
                }
            }
        }
        catch
        {
            // It uses what is disposed next.
            cancel();
            ((IAsyncResult)work).AsyncWaitHandle.WaitOne();
            throw;
        }
        work.GetAwaiter().GetResult();
    }

    private bool TryTake(out IWaitingCall? call)
    {
        lock (_gate)
            return _waiting.TryDequeue(out call);
    }

    private void Make(IWaitingCall call)
    {
        try
        {
            call.Make();
        }
        catch
        {
            cancel();
            throw;
        }
    }

    private void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    /// <summary>A call, until it was made or taken back.</summary>
    private sealed class WaitingCall<T>(Func<T> call) : IWaitingCall
    {
        // What goes on with the answer must not do so on the pipeline's thread.
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _isTaken;

        public Task<T> Answer => _answer.Task;

        public void TakeBack()
        {
            if (Interlocked.Exchange(ref _isTaken, 1) == 0)
                _answer.SetCanceled();
        }

        public void Make()
        {
            if (Interlocked.Exchange(ref _isTaken, 1) != 0)
                return;
            try
            {
                _answer.SetResult(call());
            }
            catch (Exception stop) when (IsStop(stop))
            {
                _answer.SetCanceled();
                throw;
            }
            catch (Exception failure)
            {
                _answer.SetException(failure);
            }
        }
    }
}
