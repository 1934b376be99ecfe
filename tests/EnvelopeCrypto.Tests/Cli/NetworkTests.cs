namespace EnvelopeCrypto.Tests.Cli;

public sealed class NetworkTests : IDisposable
{
    private const string Trace = "/usr/bin/strace";

    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_local_KEK_opens_no_network_connection()
    {
        Assert.SkipUnless(File.Exists(Trace), "The program strace is missing.");
        _bench.Write("a", "hello");
        RequireQuiet("protect", "a", "--kek", ToolBench.Kek);
        RequireQuiet("unprotect", "a.evc", "--force");
    }

    private void RequireQuiet(params string[] arguments)
    {
        using var running = _bench.Start(
            [], Trace, ["-f", "-e", "trace=network", "-o", "calls", .. ToolBench.Command, .. arguments]);
        var run = running.Finish();
        Assert.SkipWhen(run.Errors.Contains("ptrace", StringComparison.Ordinal), "Processes cannot be traced here.");
        run.RequireDone();
        var calls = File.ReadAllText(_bench["calls"]);
        Assert.Contains("exited with 0", calls, StringComparison.Ordinal);
        Assert.DoesNotContain("AF_INET", calls, StringComparison.Ordinal); // AF_INET6 too
        Assert.DoesNotContain("AF_NETLINK", calls, StringComparison.Ordinal);
    }
}
