namespace EnvelopeCrypto.Tests.Cli;

public sealed class InspectAndVerifyTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Inspect_needs_no_keyring_and_no_key()
    {
        _bench.MakeKek("other");
        _bench.Write("a", "hello");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "--kek", "local:other", "--context", "purpose=backup", "-q").RequireDone();
        Directory.Delete(_bench.Home, recursive: true);

        var shown = _bench.Run("inspect", "a.evc").RequireDone().Text;
        Assert.Contains("local:daily/1/", shown, StringComparison.Ordinal);
        Assert.Contains("local:other/1/", shown, StringComparison.Ordinal);
        Assert.Contains("purpose=backup", shown, StringComparison.Ordinal);
        Assert.Contains("local:other/1/", _bench.Feed(_bench.Read("a.evc"), "inspect", "-").RequireDone().Text, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_bench.Home));
    }

    [Fact]
    public void Verify_ends_with_1_when_any_file_does_not_decrypt_and_says_why_when_quiet_too()
    {
        _bench.Write("a", "hello");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-q").RequireDone();
        var bytes = _bench.Read("a.evc");
        bytes[^1] ^= 1;
        _bench.Write("damaged.evc", bytes);

        Assert.Single(_bench.Run("verify", "a.evc").RequireDone().Lines);
        Assert.Empty(_bench.Run("verify", "a.evc", "-q").RequireDone().Output);
        _bench.Run("verify", "damaged.evc", "--header-only").RequireDone();
        var run = _bench.Run("verify", "damaged.evc", "a.evc");
        Assert.Contains("damaged.evc", run.RequireError(EnvelopeError.BodyDamaged), StringComparison.Ordinal);
        Assert.Contains("a.evc", Assert.Single(run.Lines), StringComparison.Ordinal);
        var quiet = _bench.Run("verify", "damaged.evc", "a.evc", "-q");
        quiet.RequireError(EnvelopeError.BodyDamaged);
        Assert.Empty(quiet.Output);
        Assert.Equal(["a", "a.evc", "damaged.evc"], _bench.Files);
    }

    [Fact]
    public void Verify_reads_a_pipe_and_asks_for_the_context()
    {
        var envelope = _bench.Feed([1, 2, 3], "protect", "-", "--kek", ToolBench.Kek, "--context", "a=1", "-q").RequireDone();
        _bench.Feed(envelope.Output, "verify", "-", "--required-context", "a=1").RequireDone();
        _bench.Feed(envelope.Output, "verify", "-", "--required-context", "a=2").RequireError(EnvelopeError.ContextMismatch);
        _bench.Feed(envelope.Output.AsSpan(0, envelope.Output.Length - 1), "verify", "-").RequireError(EnvelopeError.BodyDamaged);
    }
}
