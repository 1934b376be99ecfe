using System.Globalization;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>
/// Programs that hear Ctrl+C and their like, also where the tests do not: <c>nohup</c> and a script's <c>&amp;</c> start programs with
/// some signals ignored, and whatever those start ignores them too.
/// </summary>
internal static class DefaultSignals
{
    private const string Env = "/usr/bin/env";
    private const int Hangup = 1;
    private const int Interrupt = 2;
    private const int Quit = 3;
    private const int Terminate = 15;

    /// <summary>What starts a program so; of coreutils 8.31 or newer.</summary>
    public static readonly string[] Starter = [Env, $"--default-signal={Hangup},{Interrupt},{Quit},{Terminate}"];

    private static readonly Lazy<bool> NeedsStarter =
        new(() => OperatingSystem.IsLinux() && new[] { Hangup, Interrupt, Quit, Terminate }.Any(IsIgnoredHere));

    private static readonly Lazy<bool> HasStarter = new(() =>
    {
        using var process = UnixTool.Start(Starter[0], Starter[1], "true");
        process.WaitForExit();
        return process.ExitCode == 0;
    });

    /// <summary>The program and its arguments, to be started so that it hears these signals.</summary>
    public static (string Program, string[] Arguments) For(string program, string[] arguments) =>
        NeedsStarter.Value && HasStarter.Value ? (Starter[0], [.. Starter[1..], program, .. arguments]) : (program, arguments);

    /// <summary>Skips a test that sends a signal which what it starts would ignore.</summary>
    public static void RequireHeard() => Assert.SkipWhen(
        NeedsStarter.Value && !HasStarter.Value, $"Signals are ignored here, and this {Env} has no --default-signal.");

    /// <summary>Whether a signal is ignored, by the text of a <c>/proc/PID/status</c>.</summary>
    public static bool IsIgnored(string status, int signal)
    {
        const string mask = "SigIgn:";
        var line = status.Split('\n').First(line => line.StartsWith(mask, StringComparison.Ordinal));
        return (ulong.Parse(line[mask.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (signal - 1))) != 0;
    }

    private static bool IsIgnoredHere(int signal) => IsIgnored(File.ReadAllText("/proc/self/status"), signal);
}
