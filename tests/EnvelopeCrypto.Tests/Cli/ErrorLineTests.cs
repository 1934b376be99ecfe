using System.Text;

namespace EnvelopeCrypto.Tests.Cli;

public sealed class ErrorLineTests : IDisposable
{
    private const string Hostile = "no\nsuch\r\u001b[2J\u202efile\u0085";

    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("protect", "--kek", ToolBench.Kek)]
    [InlineData("unprotect", "-o", "x")]
    [InlineData("rewrap", "--new-kek", ToolBench.Kek)]
    [InlineData("inspect")]
    [InlineData("verify")]
    [InlineData("kek", "import")]
    public void A_name_full_of_commands_for_the_terminal_is_shown_and_harmless(params string[] arguments)
    {
        var error = OperatingSystem.IsWindows() ? EnvelopeError.NameUnusable : EnvelopeError.SourceNotFound; // there no file can have it
        var line = _bench.Run([.. arguments, Hostile]).RequireError(error);
        Assert.Contains("no\\u000asuch\\u000d\\u001b[2J\\u202efile\\u0085", line, StringComparison.Ordinal);
        Assert.Empty(_bench.Files);
    }

    [Fact]
    public void A_source_whose_path_is_too_long_is_not_told_to_take_another_destination()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Its limit is another.");
        var path = string.Join('/', Enumerable.Repeat(new string('a', 200), 25));
        foreach (var source in new[] { path, new string('a', 300) })
        {
            var line = _bench.Run("protect", source, "--kek", ToolBench.Kek, "-o", "x").RequireError(EnvelopeError.NameTooLong);
            Assert.DoesNotContain("--destination", line, StringComparison.Ordinal);
        }
        _bench.Write("a", "1");
        var output = _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-o", new string('a', 300)).RequireError(EnvelopeError.NameTooLong);
        Assert.Contains("--destination", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_show_such_a_name_in_one_line_too()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Names there have no control characters.");
        const string Name = "a\nb\u001b[31m";
        _bench.Write(Name, "1");
        foreach (var run in new[]
        {
            _bench.Run("protect", Name, "--kek", ToolBench.Kek, "--context", "k\n=\u001b[31m"),
            _bench.Run("verify", Name + ".evc"),
            _bench.Run("rewrap", Name + ".evc", "--new-kek", ToolBench.Kek),
            _bench.Run("unprotect", Name + ".evc", "--force"),
        })
            Assert.DoesNotContain(Assert.Single(run.RequireDone().Lines), char.IsControl);

        var inspected = _bench.Run("inspect", Name + ".evc").RequireDone();
        Assert.All(inspected.Lines, line => Assert.DoesNotContain(line, char.IsControl));
        Assert.Contains("k\\u000a=\\u001b[31m", inspected.Text, StringComparison.Ordinal);
        var json = Assert.Single(_bench.Run("inspect", Name + ".evc", "--json").RequireDone().Json);
        Assert.Equal(Name + ".evc", json.GetProperty("source").GetString());
    }

    [Theory]
    [InlineData(EnvelopeError.KekNotFound, "protect", "a", "--kek", "local:none")]
    [InlineData(EnvelopeError.KekProviderMissing, "protect", "a", "--kek", "vault:backup")]
    [InlineData(EnvelopeError.RegionRequired, "protect", "a", "--kek", "alias/backup")]
    [InlineData(EnvelopeError.CredentialsMissing, "protect", "a", "--kek", "alias/backup", "--profile-name", "misspelt")]
    [InlineData(EnvelopeError.CertificateNotFound, "protect", "a", "--kek", "x509:none.pem")]
    [InlineData(EnvelopeError.PassphraseRequired, "protect", "a", "--kek", "passphrase")]
    public void KEK_that_cannot_be_opened_is_no_fault_of_a_file(EnvelopeError error, params string[] arguments)
    {
        _bench.Write("a", "1");
        var exitCode = error == EnvelopeError.RegionRequired ? ToolRun.WrongUsage : ToolRun.SomeFailed;
        var line = _bench.Run(arguments).RequireError(error, exitCode);
        Assert.False(line.StartsWith("envelope: a: ", StringComparison.Ordinal), line);
        Assert.Equal(["a"], _bench.Files);
    }

    [Theory]
    [InlineData(EnvelopeError.SourceNotAFile, "protect", ".", "--kek", ToolBench.Kek)]
    [InlineData(EnvelopeError.OutputFailed, "protect", "a", "--kek", ToolBench.Kek, "-o", "none/a.evc")]
    [InlineData(EnvelopeError.DestinationIsSource, "protect", "a", "--kek", ToolBench.Kek, "-o", "./a", "--force")]
    [InlineData(EnvelopeError.NotAnEnvelope, "unprotect", "a", "-o", "b")]
    [InlineData(EnvelopeError.DestinationRequired, "unprotect", "a")]
    [InlineData(EnvelopeError.NotAnEnvelope, "verify", "a")]
    [InlineData(EnvelopeError.NotAnEnvelope, "inspect", "a")]
    [InlineData(EnvelopeError.NotAnEnvelope, "rewrap", "a", "--new-kek", ToolBench.Kek)]
    public void Every_failure_of_a_file_names_it_and_leaves_nothing(EnvelopeError error, params string[] arguments)
    {
        _bench.Write("a", "no envelope");
        var line = _bench.Run(arguments).RequireError(error);
        var path = arguments.Contains("none/a.evc") ? "none/a.evc" : arguments.Contains("./a") ? "./a" : arguments[1];
        Assert.StartsWith($"envelope: {path}: ", line, StringComparison.Ordinal);
        Assert.Equal(["a"], _bench.Files);
    }

    [Fact]
    public void A_failure_of_a_pipe_says_so()
    {
        var line = _bench.Feed(Encoding.UTF8.GetBytes("no envelope"), "unprotect", "-").RequireError(EnvelopeError.NotAnEnvelope);
        Assert.StartsWith("envelope: standard input: ", line, StringComparison.Ordinal);
        _bench.Feed([], "inspect", "-").RequireError(EnvelopeError.EmptyFile);
        _bench.Feed([], "verify", "-").RequireError(EnvelopeError.EmptyFile);
    }

    [Fact]
    public void Standard_input_that_cannot_be_read_is_an_error_like_others()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It needs a Unix shell.");
        var run = _bench.Shell($"envelope protect - --kek {ToolBench.Kek} -o out.evc < .");
        run.RequireError(EnvelopeError.SourceUnreadable);
        Assert.Empty(_bench.Files);
    }
}
