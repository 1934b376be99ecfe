using System.Text.Json;
using EnvelopeCrypto.Tests.Files;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>--remove-source, --rotate-data-key and --wrapped-before, as the tool has them.</summary>
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
    [InlineData("--shared-data-key")]
    [InlineData("--slot", "third")]
    [InlineData("--slot")]
    public void Options_that_make_no_sense_are_refused(params string[] arguments) =>
        _bench.Run(["rewrap", "a.evc", .. arguments]).RequireWrongUsage();

    private static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();
}
