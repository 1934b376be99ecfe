namespace EnvelopeCrypto.Tests.Cli;

/// <summary>Names in any script, whatever the charset or code page of the machine is.</summary>
public sealed class OutputTextTests : IDisposable
{
    private const string Name = "备份 é.txt";

    // On Windows the code page decides, and these do nothing.
    private static readonly (string Name, string Value)[] Latin1 = [("LC_ALL", "de_DE.ISO-8859-1"), ("LANG", "de_DE.ISO-8859-1")];

    private readonly ToolBench _bench = new();

    public OutputTextTests() => _bench.Write(Name, "x");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Redirected_output_is_UTF_8()
    {
        var run = _bench.RunWith([], Latin1, "protect", Name, "--kek", ToolBench.Kek).RequireDone();
        Assert.Contains(Name, Assert.Single(run.Lines), StringComparison.Ordinal);
        Assert.NotEqual(0xEF, run.Output[0]); // no mark before it
    }

    [Fact]
    public void JSON_is_UTF_8()
    {
        var run = _bench.RunWith([], Latin1, "protect", Name, "--kek", ToolBench.Kek, "--json").RequireDone();
        Assert.Equal(Name, Assert.Single(run.Json).GetProperty("source").GetString());
    }

    [Fact]
    public void Redirected_errors_are_UTF_8()
    {
        var run = _bench.RunWith([], Latin1, "verify", "没有.evc");
        Assert.Contains("没有.evc", run.RequireError(EnvelopeError.SourceNotFound), StringComparison.Ordinal);
        Assert.NotEqual(0xEF, run.ErrorOutput[0]);
    }

    [Fact]
    public void A_text_comes_back_in_UTF_8()
    {
        var token = _bench.RunWith(System.Text.Encoding.UTF8.GetBytes(Name), Latin1, "protect", "--text", "--kek", ToolBench.Kek).RequireDone();
        var text = _bench.RunWith(token.Output, Latin1, "unprotect", "--text").RequireDone();
        Assert.Equal([Name], text.Lines);
    }
}
