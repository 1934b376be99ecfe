using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>The tool under strace, which gives the answers of the system.</summary>
internal static class TracedTool
{
    /// <summary>Runs the tool, and each call of that name fails. A passphrase is given.</summary>
    public static ToolRun Fail(ToolBench bench, string call, string error, params string[] arguments)
    {
        using (var trial = UnixTool.Start("strace", "-qq", "-o", "/dev/null", "true"))
        {
            trial.WaitForExit();
            Assert.SkipUnless(trial.ExitCode == 0, "strace may not trace here.");
        }
        using var running = bench.Start(
            [("ENVELOPECRYPTO_PASSPHRASE", "correct horse battery")],
            "strace",
            ["-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:error={error}", .. ToolBench.Command, .. arguments]);
        running.CloseInput();
        return running.Finish();
    }
}
