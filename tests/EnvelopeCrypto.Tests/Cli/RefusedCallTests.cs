using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>A sandbox refuses a call of Linux, or its kernel is older than the call (strace puts the answer there).</summary>
public sealed class RefusedCallTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("ENOSYS")]
    [InlineData("EPERM")]
    public void Trees_are_done_without_openat2_and_no_link_is_followed(string error)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The call is one of Linux.");
        _bench.Write("tree/a/b/0", "in the tree");
        _bench.Write("outside/0", "outside");
        _bench.Write("vault/other", "a folder that is there");
        File.CreateSymbolicLink(_bench["tree/a/link"], _bench["outside"]);
        TracedTool.Fail(_bench, "openat2", error, "protect", "tree", "--recurse", "--destination", "vault", "--kek", ToolBench.Kek).RequireDone();
        Assert.True(File.Exists(_bench["vault/a/b/0.evc"]));
        Assert.False(Directory.Exists(_bench["vault/a/link"]));

        Directory.CreateDirectory(_bench["back"]);
        Directory.CreateSymbolicLink(_bench["back/a"], _bench["outside"]);
        TracedTool.Fail(_bench, "openat2", error, "unprotect", "vault", "--recurse", "--destination", "back").RequireError(EnvelopeError.LinkInTheWay);
        Assert.Equal([_bench["outside/0"]], Directory.GetFileSystemEntries(_bench["outside"]));
    }

    [Fact]
    public void Without_locks_nothing_is_replaced()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The call is one of Linux.");
        _bench.Write("a", "old");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek).RequireDone();
        var before = _bench.Read("a.evc");
        TracedTool.Fail(_bench, "flock", "ENOLCK", "protect", "a", "--kek", ToolBench.Kek, "--force").RequireError(EnvelopeError.LocksUnavailable);
        Assert.Equal(before, _bench.Read("a.evc"));
    }
}
