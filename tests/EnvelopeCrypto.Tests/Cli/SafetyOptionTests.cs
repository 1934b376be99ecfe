using System.Text.Json;
using EnvelopeCrypto.Tests.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>--remove-source, --require-mount, --rotate-data-key and --wrapped-before, as the tool has them.</summary>
public sealed class SafetyOptionTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Sources_are_removed_there_and_back()
    {
        _bench.Write("in/a", "hello");
        _bench.Write("in/b", "world");
        var there = _bench.Run("protect", "in", "-r", "--kek", ToolBench.Kek, "--remove-source", "--json").RequireDone();
        Assert.All(there.Json, line => Assert.True(line.GetProperty("sourceRemoved").GetBoolean()));
        Assert.Equal(["a.evc", "b.evc"], FileBench.NamesIn(_bench["in"]));
        var back = _bench.Run("unprotect", "in", "-r", "--remove-source", "--update");
        Assert.All(back.RequireDone().Lines[..2], line => Assert.EndsWith("source removed", line, StringComparison.Ordinal));
        Assert.Equal(["a", "b"], FileBench.NamesIn(_bench["in"]));
        Assert.Equal("hello", File.ReadAllText(_bench["in/a"]));
    }

    [Theory]
    [InlineData("protect", "a", "--kek", ToolBench.Kek)]
    [InlineData("unprotect", "a.evc")]
    public void A_destination_that_must_be_a_mount_point_gets_nothing_when_it_is_none(params string[] command)
    {
        _bench.Write("a", "hello");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek).RequireDone();
        _bench.Run([.. command, "-o", "vault/", "--require-mount"]).RequireError(EnvelopeError.DestinationNotMounted);
        _bench.Run([.. command, "-o", "x", "--require-mount"]).RequireError(EnvelopeError.DestinationNotMounted);
        _bench.Run([.. command, "--require-mount"]).RequireWrongUsage();
        _bench.Run([.. command, "-o", "-", "--require-mount"]).RequireWrongUsage();
        Assert.Equal(["a", "a.evc"], _bench.Files);
        using var disk = new SmallDisk(_bench["vault"], 256);
        _bench.Run([.. command, "-o", "vault/", "--require-mount"]).RequireDone();
        _bench.Run([.. command, "-o", "vault/x", "--require-mount"]).RequireDone();
    }

    [Fact]
    public void A_run_without_it_says_that_no_source_was_removed()
    {
        _bench.Write("a", "hello");
        Assert.False(Assert.Single(_bench.Run("protect", "a", "--kek", ToolBench.Kek, "--json").RequireDone().Json).GetProperty("sourceRemoved").GetBoolean());
        Assert.True(File.Exists(_bench["a"]));
    }

    [Theory]
    [InlineData("protect", "-", "-o", "x.evc")]
    [InlineData("protect", "a", "-o", "-")]
    [InlineData("unprotect", "-", "-o", "x")]
    [InlineData("unprotect", "a.evc", "-o", "-")]
    public void A_pipe_cannot_be_read_back(params string[] arguments)
    {
        _bench.Write("a", "hello");
        _bench.Run([.. arguments, "--remove-source"]).RequireWrongUsage();
        Assert.Equal(["a"], _bench.Files);
    }

    [Fact]
    public void A_new_data_key_leaves_keks_and_content()
    {
        _bench.Write("a", "hello");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-q").RequireDone();
        var body = FileBench.BodyOf(_bench["a.evc"]);
        var line = Assert.Single(_bench.Run("rewrap", "a.evc", "--rotate-data-key", "--json").RequireDone().Json);
        Assert.Equal(("Rewrapped", "RotateDataKey", "Verified"), (Text(line, "status"), Text(line, "method"), Text(line, "proof")));
        Assert.NotEqual(body, FileBench.BodyOf(_bench["a.evc"]));
        Assert.Equal("hello"u8.ToArray(), _bench.Run("unprotect", "a.evc", "-o", "-").Output);
    }

    // As docs/operations.md says for a leaked KEK: one file of two has lost its recipient to whoever has the KEK.
    [Fact]
    public void A_file_that_a_rotation_skips_is_counted_and_fails_where_all_are_to_be_rotated()
    {
        foreach (var kek in new[] { "leaked", "next" })
            _bench.MakeKek(kek);
        _bench.Write("in/a", "hello");
        _bench.Write("in/b", "world");
        _bench.Run("protect", "in", "-r", "-o", "vault", "-q", "--kek", "local:leaked", "--kek", ToolBench.Kek).RequireDone();
        _bench.Run("rewrap", "vault/b.evc", "-q", "--remove-kek", "local:leaked").RequireDone();
        string[] rotate = ["rewrap", "vault", "-r", "--rotate-data-key", "--old-kek", "local:leaked", "--new-kek", "local:next"];

        var run = _bench.Run([.. rotate, "-q", "--require-rotation"]);
        Assert.Contains("b.evc", run.RequireError(EnvelopeError.NotRotated), StringComparison.Ordinal);
        _bench.Run([.. rotate, "-q", "--require-rotation"]).RequireError(EnvelopeError.NotRotated); // the other is done
        var counted = _bench.Run(rotate).RequireDone();
        Assert.Contains("2 not rotated", counted.Lines[^1], StringComparison.Ordinal);
        _bench.Run("rewrap", "vault/b.evc", "-q", "--rotate-data-key", "--new-kek", "local:next").RequireDone();
        _bench.Run([.. rotate, "-q", "--require-rotation"]).RequireDone();
    }

    [Theory]
    [InlineData("2020-01-01", "Unchanged")]
    [InlineData("2020-01-01T12:00Z", "Unchanged")]
    [InlineData("9000-01-01T12:00:00+02:00", "Rewrapped")]
    public void What_was_wrapped_before_a_moment_is_wrapped_anew(string moment, string status)
    {
        _bench.Write("a", "hello");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-q").RequireDone();
        Assert.Equal(
            status, Text(Assert.Single(_bench.Run("rewrap", "a.evc", "--wrapped-before", moment, "--json").RequireDone().Json), "status"));
    }

    // Nothing is wrong with this one, and nothing changes.
    [Fact]
    public void Slot_alone_is_enough_to_ask_for()
    {
        _bench.Write("a", "hello");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-q").RequireDone();
        foreach (var slot in new[] { "first", "second" })
        {
            Assert.Equal(
                "Unchanged", Text(Assert.Single(_bench.Run("rewrap", "a.evc", "--slot", slot, "--json").RequireDone().Json), "status"));
        }
    }

    [Theory]
    [InlineData("--wrapped-before", "yesterday")]
    [InlineData("--wrapped-before", "01/02/2026")]
    [InlineData("--wrapped-before", "2026-01-01", "--add-kek", "local:daily")]
    [InlineData("--rotate-data-key", "--old-kek", "local:daily")]
    [InlineData("--require-rotation", "--old-kek", "local:daily", "--new-kek", "local:daily")]
    [InlineData("--shared-data-key")]
    [InlineData("--slot", "third")]
    [InlineData("--slot")]
    public void Options_that_make_no_sense_are_refused(params string[] arguments) =>
        _bench.Run(["rewrap", "a.evc", .. arguments]).RequireWrongUsage();

    private static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();
}
