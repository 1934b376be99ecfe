namespace EnvelopeCrypto.Cli;

/// <summary>The tool <c>envelope</c>.</summary>
internal static class Program
{
    // Work that was told to stop cleans up, and a busy machine takes its time for that. What waits after a while is left when
    // it waits for a pipe that no one reads, and in the end whatever it is, such as a disk that hangs.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(800);
    private const int MostGraces = 12;

    public static int Main(string[] args)
    {
        if (!OpenFileLimit.IsEnough())
            return ExitCode.Failed;
        TrustedRoots.Find();
        OutputText.SetUp();
        return RunAsync(args).GetAwaiter().GetResult();
    }

    private static async Task<int> RunAsync(string[] args)
    {
        using var signals = new StopSignals();
        var work = Task.Run(() => Tool.RunAsync(args, signals.Token));
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = signals.Token.Register(stopped.SetResult);
        await Task.WhenAny(work, stopped.Task);
        for (var graces = 0; !work.IsCompleted && graces < MostGraces && !(graces > 0 && WaitsForReader()); graces++)
            await Task.WhenAny(work, Task.Delay(Grace));
        var code = work.IsCompleted ? await work : ExitCode.Stopped;
        if (code == ExitCode.Stopped)
            ErrorOutput.WriteLastLine("envelope: stopped."); // said here alone, so that it is said once
        return code;
    }

    // Windows does not tell.
    private static bool WaitsForReader() => OperatingSystem.IsWindows()
        || StandardDescriptor.WouldWait(StandardDescriptor.Output) || StandardDescriptor.WouldWait(StandardDescriptor.Error);
}
