using System.Text.Json;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

public sealed class JsonTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Each_file_is_one_line_of_JSON_that_says_what_became_of_it()
    {
        _bench.Write("a", "hello");
        var run = _bench.Run("protect", "a", "missing", "--kek", ToolBench.Kek, "--json", "--context", "purpose=backup");
        run.RequireError(EnvelopeError.SourceNotFound);
        // Results come as they finish: a file that is not there, at once.
        var made = Assert.Single(run.Json, line => line.GetProperty("status").GetString() == "Protected");
        var failed = Assert.Single(run.Json, line => line.GetProperty("status").GetString() == "Failed");
        Is(made, "status", "Protected");
        Is(made, "source", "a");
        Is(made, "fullName", _bench["a.evc"]);
        Assert.Equal(5, made.GetProperty("length").GetInt64());
        Assert.Equal([ToolBench.Kek], Strings(made, "kek"));
        Is(failed, "status", "Failed");
        Is(failed, "source", "missing");
        Is(failed, "error", nameof(EnvelopeError.SourceNotFound));
        Assert.False(string.IsNullOrEmpty(failed.GetProperty("reason").GetString()));

        var unprotected = One("unprotect", "a.evc", "--force");
        Is(unprotected, "status", "Unprotected");
        Is(unprotected, "source", "a.evc");
        Is(unprotected, "fullName", _bench["a"]);
        Is(unprotected, "openedBy", ToolBench.Kek);
        Assert.Equal(5, unprotected.GetProperty("length").GetInt64());
        Assert.Equal([ToolBench.Kek], Strings(unprotected, "kek"));
    }

    [Fact]
    public void A_failure_tells_the_input_from_the_file_that_it_is_about()
    {
        _bench.Write("a", "hello");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek).RequireDone();
        var run = _bench.Run("unprotect", "a.evc", "--json");
        run.RequireError(EnvelopeError.DestinationExists);
        var failed = Assert.Single(run.Json);
        Is(failed, "source", "a.evc");
        Is(failed, "path", "a");
    }

    [Fact]
    public void A_rewrap_says_how_it_was_done_and_who_is_out()
    {
        _bench.MakeKek("next");
        _bench.Write("a", "hello");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-q").RequireDone();
        var rewrapped = One("rewrap", "a.evc", "--old-kek", ToolBench.Kek, "--new-kek", "local:next");
        Is(rewrapped, "status", "Rewrapped");
        Is(rewrapped, "source", "a.evc");
        Is(rewrapped, "fullName", _bench["a.evc"]);
        Is(rewrapped, "method", "UnwrapAndWrap");
        Is(rewrapped, "proof", "Verified");
        Is(rewrapped, "openedBy", ToolBench.Kek);
        Assert.Equal(["local:next"], Strings(rewrapped, "kek"));
        Assert.Equal([ToolBench.Kek], Strings(rewrapped, "removedKek"));
        Is(One("rewrap", "a.evc", "--old-kek", ToolBench.Kek, "--new-kek", "local:next"), "status", "Unchanged");
    }

    [Fact]
    public void Files_that_share_a_data_key_say_so()
    {
        foreach (var name in new[] { "a", "b", "c" })
            _bench.Write(name, name);
        var made = _bench.Run(
            "protect", "a", "b", "c", "--kek", ToolBench.Kek, "--files-per-data-key", "2", "--throttle-limit", "1", "--json").RequireDone();
        Assert.All(made.Json, file => Assert.True(file.GetProperty("sharedDataKey").GetBoolean()));
        var batches = _bench.Run("inspect", "a.evc", "b.evc", "c.evc", "--json")
            .RequireDone().Json.Select(file => file.GetProperty("batch").GetString()).ToList();
        Assert.Equal(2, batches.Distinct(StringComparer.Ordinal).Count());
        Assert.All(batches, Assert.NotNull);

        _bench.Run("unprotect", "a.evc", "b.evc", "c.evc", "--force", "-q").RequireDone();
        Assert.Equal("b"u8.ToArray(), _bench.Read("b"));
        _bench.MakeKek("next");
        _bench.Run("rewrap", "a.evc", "--add-kek", "local:next").RequireError(EnvelopeError.SharedDataKey);
        _bench.Run("rewrap", "a.evc", "--add-kek", "local:next", "--shared-data-key", "-q").RequireDone();
    }

    [Fact]
    public void Inspect_and_verify_say_what_a_script_asks_for()
    {
        _bench.Write("a", "hello");
        var before = WallClock.ThisSecond;
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "--context", "purpose=backup", "-q").RequireDone();
        var info = One("inspect", "a.evc");
        Is(info, "source", "a.evc");
        Is(info, "type", "File");
        Assert.Equal(5, info.GetProperty("length").GetInt64());
        Assert.Equal([ToolBench.Kek], Strings(info, "kek"));
        Is(info.GetProperty("context"), "purpose", "backup");
        Is(info.GetProperty("recipients")[0], "algorithm", "local");
        Assert.Equal(JsonValueKind.Null, info.GetProperty("batch").ValueKind);
        Assert.InRange(info.GetProperty("encrypted").GetDateTimeOffset(), before, WallClock.Now);

        var valid = One("verify", "a.evc");
        Assert.True(valid.GetProperty("valid").GetBoolean());
        Is(valid, "openedBy", ToolBench.Kek);
        var run = _bench.Run("verify", "a", "a.evc", "--json");
        Assert.Equal(ToolRun.SomeFailed, run.ExitCode);
        Assert.False(run.Json[0].GetProperty("valid").GetBoolean());
        Is(run.Json[0], "error", nameof(EnvelopeError.NotAnEnvelope));
        Assert.True(run.Json[1].GetProperty("valid").GetBoolean());
    }

    [Fact]
    public void Data_on_standard_output_has_no_other_company()
    {
        _bench.Write("a", "hello");
        var envelope = _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-o", "-", "--json");
        using (var line = JsonDocument.Parse(Assert.Single(envelope.ErrorLines)))
        {
            Is(line.RootElement, "status", "Protected");
            Assert.Equal(JsonValueKind.Null, line.RootElement.GetProperty("fullName").ValueKind);
        }
        Assert.Equal(0x89, envelope.Output[0]);
        var plain = _bench.Feed(envelope.Output, "unprotect", "-", "--json");
        Assert.Equal("hello", plain.Text);
        using var result = JsonDocument.Parse(Assert.Single(plain.ErrorLines));
        Is(result.RootElement, "source", "-");
    }

    private JsonElement One(params string[] arguments) => Assert.Single(_bench.Run([.. arguments, "--json"]).RequireDone().Json);

    private static void Is(JsonElement line, string name, string value) => Assert.Equal(value, line.GetProperty(name).GetString());

    private static string[] Strings(JsonElement line, string name) =>
        [.. line.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];
}
