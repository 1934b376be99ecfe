using EnvelopeCrypto.Tests.Files;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>The system itself says that a flush or close failed (strace puts the answer there), and nothing counts as written.</summary>
public sealed class FailingFlushTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Rewrap_in_place_keeps_the_old_slot_when_the_new_one_is_not_known_to_be_on_the_disk()
    {
        _bench.Write("big", new string('x', 1_100_000));
        _bench.MakeKek("next");
        _bench.Run("protect", "big", "--kek", ToolBench.Kek).RequireDone();
        var before = FileBench.HeaderOf(_bench["big.evc"]).Slot(0).ToArray();
        Fail("fsync", "EIO", "rewrap", "big.evc", "--new-kek", "local:next").RequireError(EnvelopeError.OutputFailed);
        var after = FileBench.HeaderOf(_bench["big.evc"]);
        Assert.Contains(before, new[] { after.Slot(0).ToArray(), after.Slot(1).ToArray() });
        _bench.Run("rewrap", "big.evc", "--new-kek", "local:next").RequireDone();
    }

    [Fact]
    public void Rewrap_beside_leaves_the_old_envelope_when_the_new_one_is_not_known_to_be_on_the_disk()
    {
        _bench.Write("small", "data");
        _bench.MakeKek("next");
        _bench.Run("protect", "small", "--kek", ToolBench.Kek).RequireDone();
        var before = _bench.Read("small.evc");
        Fail("fsync", "EIO", "rewrap", "small.evc", "--new-kek", "local:next").RequireError(EnvelopeError.OutputFailed);
        Assert.Equal(before, _bench.Read("small.evc"));
    }

    [Theory]
    [InlineData("fsync", "EIO")]
    [InlineData("fsync", "ENOSPC")]
    public void Kek_is_neither_made_nor_exported_when_the_disk_does_not_take_it(string call, string error)
    {
        var made = Fail(call, error, "kek", "new", "local:other", "--unprotected");
        Assert.Equal(ToolRun.SomeFailed, made.ExitCode);
        Assert.DoesNotContain("local:other", _bench.Run("kek", "list").RequireDone().Text, StringComparison.Ordinal);
        var exported = Fail(call, error, "kek", "export", ToolBench.Kek, "--kek", "passphrase", "--destination", "backup.evc");
        Assert.Equal(ToolRun.SomeFailed, exported.ExitCode);
        Assert.Empty(_bench.Files);
    }

    [Fact]
    public void Flush_that_has_nothing_to_do_is_no_failure()
    {
        foreach (var error in new[] { "EINVAL", "EOPNOTSUPP" })
        {
            _bench.Write($"{error}.txt", "data");
            Fail("fsync", error, "protect", $"{error}.txt", "--kek", ToolBench.Kek, "--remove-source").RequireDone();
        }
    }

    // As exFAT by FUSE and FAT do.
    [Theory]
    [InlineData("ENOENT")]
    [InlineData("EINVAL")]
    public void Name_that_the_file_system_does_not_take_is_said_to_be_one(string error)
    {
        _bench.Write("small", "data");
        _bench.Run("protect", "small", "--kek", ToolBench.Kek).RequireDone();
        var before = _bench.Read("small.evc");
        Fail("renameat2", error, "protect", "small", "--kek", ToolBench.Kek, "--force").RequireError(EnvelopeError.NameUnusable);
        Assert.Equal(before, _bench.Read("small.evc"));
        Assert.Equal(2, _bench.Files.Length);
    }

    // As a share does that waits for its server.
    [Fact]
    public void Lock_that_is_interrupted_is_asked_for_again()
    {
        _bench.Write("small", "data");
        _bench.MakeKek("next");
        _bench.Run("protect", "small", "--kek", ToolBench.Kek).RequireDone();
        Fail("flock", "EINTR:when=1", "rewrap", "small.evc", "--new-kek", "local:next").RequireDone();
    }

    private ToolRun Fail(string call, string error, params string[] arguments) => TracedTool.Fail(_bench, call, error, arguments);
}
