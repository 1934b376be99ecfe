namespace EnvelopeCrypto.Tests.Cli;

/// <summary>An output never replaces a file that is itself an input of the same run, whatever the options.</summary>
public sealed class CollisionTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("--update")]
    [InlineData("--force")]
    public void A_file_of_the_tree_that_has_the_name_of_an_output_stays(string option)
    {
        for (var i = 0; i < 5; i++)
        {
            _bench.Write($"t/f{i}", $"plain {i}");
            _bench.Write($"t/f{i}.evc", $"another {i}");
        }
        var run = _bench.Run("protect", "t", "--recurse", option, "--kek", ToolBench.Kek);
        Assert.Equal(ToolRun.SomeFailed, run.ExitCode);
        Assert.Equal(5, run.ErrorLines.Length);
        Assert.All(run.ErrorLines, line => ToolRun.RequireErrorLine(line, EnvelopeError.DestinationIsSource));
        for (var i = 0; i < 5; i++)
            Assert.Equal($"another {i}", File.ReadAllText(_bench[$"t/f{i}.evc"]));
        Assert.Equal(5, Directory.GetFiles(_bench["t"], "*.evc.evc").Length);
    }

    [Fact]
    public void A_named_file_that_has_the_name_of_an_output_stays()
    {
        _bench.Write("a", "A");
        _bench.Write("a.evc", "B");
        _bench.Run("protect", "a", "a.evc", "--force", "--kek", ToolBench.Kek).RequireError(EnvelopeError.DestinationIsSource);
        Assert.Equal("B", File.ReadAllText(_bench["a.evc"]));
        Assert.True(File.Exists(_bench["a.evc.evc"]));
    }

    // Links lead to the same file by another path, on either side.
    [Theory]
    [InlineData("real/a", "linked/a.evc")]
    [InlineData("linked/a", "real/a.evc")]
    [InlineData("real/a", "linked")]
    [InlineData("linked/a", "real")]
    [InlineData("real/a", "name-of-it")]
    public void A_file_that_is_named_by_way_of_a_link_stays(string first, string second)
    {
        _bench.Write("real/a", "A");
        _bench.Write("real/a.evc", "B");
        Directory.CreateSymbolicLink(_bench["linked"], _bench["real"]);
        File.CreateSymbolicLink(_bench["name-of-it"], _bench["real/a.evc"]);
        var run = _bench.Run("protect", first, second, "-r", "--force", "--kek", ToolBench.Kek);
        ToolRun.RequireErrorLine(run.ErrorLines[0], EnvelopeError.DestinationIsSource);
        Assert.Equal("B", File.ReadAllText(_bench["real/a.evc"]));
    }

    [Fact]
    public void An_envelope_that_is_still_to_be_opened_stays()
    {
        _bench.Write("x", "one");
        _bench.Run("protect", "x", "--kek", ToolBench.Kek).RequireDone();
        _bench.Write("y", "two");
        _bench.Run("protect", "y", "-o", "x.evc.evc", "--kek", ToolBench.Kek).RequireDone();
        File.Delete(_bench["x"]);

        _bench.Run("unprotect", "x.evc.evc", "x.evc", "--force").RequireError(EnvelopeError.DestinationIsSource);
        Assert.Equal("one", File.ReadAllText(_bench["x"]));
        Assert.True(File.Exists(_bench["x.evc"]));
    }

    [Fact]
    public void Last_nights_envelopes_beside_their_sources_are_updated()
    {
        _bench.Write("t/a", "first");
        _bench.Run("protect", "t", "-r", "--update", "--kek", ToolBench.Kek).RequireDone();
        _bench.Write("t/a", "second, longer");
        var run = _bench.Run("protect", "t", "-r", "--update", "--kek", ToolBench.Kek).RequireDone();
        Assert.Contains(run.Lines, line => line.StartsWith("Protected", StringComparison.Ordinal));
        Assert.Equal("second, longer", _bench.Run("unprotect", "t/a.evc", "-o", "-", "-q").RequireDone().Text);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("100000")]
    public void A_throttle_limit_out_of_range_is_wrong_usage(string limit)
    {
        _bench.Write("a", "A");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "--throttle-limit", limit).RequireWrongUsage();
        Assert.Equal(["a"], _bench.Files);
    }
}
