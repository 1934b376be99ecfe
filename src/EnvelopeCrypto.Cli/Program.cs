namespace EnvelopeCrypto.Cli;

/// <summary>The tool <c>envelope</c>.</summary>
internal static class Program
{
    // Work that was told to stop has this long to clean up. What still waits then is a pipe that nobody reads.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(100);

    public static async Task<int> Main(string[] args)
    {
        using var signals = new StopSignals();
        var work = Task.Run(() => Tool.RunAsync(args, signals.Token));
        var stopped = new TaskCompletionSource();
        using var registration = signals.Token.Register(stopped.SetResult);
        await Task.WhenAny(work, stopped.Task);
        if (!work.IsCompleted)
            await Task.WhenAny(work, Task.Delay(Grace));
        var code = work.IsCompleted ? await work : ExitCode.Stopped;
        // Said here alone, so that it is said once. A blocked write can have the console's lock; then nothing more can be said.
        if (code == ExitCode.Stopped)
            await Task.WhenAny(Task.Run(() => ErrorOutput.WriteLine("envelope: stopped.")), Task.Delay(LastWord));
        return code;
    }
}
