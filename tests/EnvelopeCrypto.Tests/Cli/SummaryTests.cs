using System.Text.Json;

namespace EnvelopeCrypto.Tests.Cli;

public sealed class SummaryTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_run_writes_its_totals_and_its_failures_and_replaces_the_last_ones()
    {
        _bench.Write("data/a", "12345");
        _bench.Write("data/b", "123");
        _bench.Run("protect", "data", "-r", "-o", "vault", "--kek", ToolBench.Kek, "-q", "--summary", "sum.json").RequireDone();
        var first = Summary();
        Assert.Equal("protect", first.GetProperty("command").GetString());
        Assert.Equal((2, 8, true), (Number(first, "protected"), Number(first, "bytes"), first.GetProperty("succeeded").GetBoolean()));

        var run = _bench.Run("protect", "data", "missing", "-r", "-o", "vault", "--kek", ToolBench.Kek, "--update", "-q", "--summary", "sum.json");
        run.RequireError(EnvelopeError.SourceNotFound);
        var second = Summary();
        Assert.Equal((0, 2, 1, false), (Number(second, "protected"), Number(second, "unchanged"), Number(second, "failed"), second.GetProperty("succeeded").GetBoolean()));
        Assert.Equal("SourceNotFound", Assert.Single(second.GetProperty("failures").EnumerateArray()).GetProperty("error").GetString());
        Assert.Equal(["data", "sum.json", "vault"], _bench.Files);
    }

    [Fact]
    public void A_run_that_fails_as_a_whole_says_so_with_no_path()
    {
        _bench.Write("a", "1");
        _bench.Run("protect", "a", "--kek", "local:none", "--summary", "sum.json").RequireError(EnvelopeError.KekNotFound);
        var failure = Assert.Single(Summary().GetProperty("failures").EnumerateArray());
        Assert.Equal(JsonValueKind.Null, failure.GetProperty("path").ValueKind);
        Assert.Equal("KekNotFound", failure.GetProperty("error").GetString());
    }

    [Fact]
    public void A_summary_that_has_no_folder_stops_the_run_before_it_begins()
    {
        _bench.Write("a", "1");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "--summary", "none/sum.json").RequireError(EnvelopeError.OutputFailed);
        Assert.Equal(["a"], _bench.Files);
    }

    private JsonElement Summary() => JsonDocument.Parse(_bench.Read("sum.json")).RootElement;

    private static int Number(JsonElement summary, string name) => summary.GetProperty(name).GetInt32();
}
