using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Tests.Cli;

public sealed class UsageTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData]
    [InlineData("encrypt", "a")]
    [InlineData("protect")]
    [InlineData("protect", "a", "--kek")]
    [InlineData("protect", "a", "--kek", ToolBench.Kek, "--no-metdata")]
    [InlineData("protect", "a", "-x", "--kek", ToolBench.Kek)]
    [InlineData("protect", "a", "", "--kek", ToolBench.Kek)]
    [InlineData("protect", "a", "--kek", ToolBench.Kek, "-o", "")]
    [InlineData("protect", "a", "--kek", ToolBench.Kek, "--audit-log", "")]
    [InlineData("protect", "a", "--kek", ToolBench.Kek, "-o", "x", "-o", "y")]
    [InlineData("protect", "-", "-", "--kek", ToolBench.Kek)]
    [InlineData("protect", "-", "--kek", ToolBench.Kek, "-o", ".")]
    [InlineData("protect", "a", "--kek", ToolBench.Kek, "--context", "pair")]
    [InlineData("protect", "a", "--kek", ToolBench.Kek, "--passphrase", "secret")]
    [InlineData("protect", "a", "--kek", ToolBench.Kek, "--files-per-data-key", "0")]
    [InlineData("protect", "a", "--kek", ToolBench.Kek, "--files-per-data-key", "1000001")]
    [InlineData("protect", "a", "--kek", ToolBench.Kek, "--files-per-data-key", "many")]
    [InlineData("unprotect", "a", "-o", "-", "--restore-name")]
    [InlineData("rewrap", "a")]
    [InlineData("rewrap", "-", "--new-kek", ToolBench.Kek)]
    [InlineData("rewrap", "a", "--old-kek", ToolBench.Kek)]
    [InlineData("rewrap", "a", "--new-kek", ToolBench.Kek, "--add-kek", ToolBench.Kek)]
    [InlineData("verify", "a", "--header-onyl")]
    [InlineData("inspect", "-", "-")]
    [InlineData("kek")]
    [InlineData("kek", "new")]
    [InlineData("kek", "new", "local:a", "local:b")]
    [InlineData("kek", "new", "local:a", "--passphrase-file", "a")]
    [InlineData("kek", "new", "local:a", "--unprotected", "--machine")]
    [InlineData("kek", "new", "local:a", "--protection", "Passphrase", "--unprotected")]
    [InlineData("kek", "new", "local:a", "--protection", "Unprotected", "--unprotected")]
    [InlineData("kek", "new", "local:a", "--protection", "DpapiMachine", "--machine")]
    [InlineData("kek", "new", "local:a", "--protection", "Dpapy")]
    [InlineData("kek", "new", "local:a", "--protection", "1")]
    [InlineData("kek", "new", "alias/a", "--protection", "Passphrase")]
    [InlineData("kek", "import", "a", "--protection", "Passphrase", "--machine")]
    [InlineData("kek", "import", "a", "--protection", "")]
    [InlineData("kek", "export", ToolBench.Kek, "-o", "x")]
    [InlineData("kek", "export", ToolBench.Kek, "--kek", "passphrase")]
    [InlineData("kek", "export", ToolBench.Kek, "--kek", "passphrase", "-o", "-")]
    [InlineData("kek", "import", "-")]
    [InlineData("fo\no\u001b[31m")]
    public void Wrong_usage_is_one_line_and_nothing_is_done(params string[] arguments)
    {
        _bench.Write("a", "1");
        _bench.Write("b", "2");
        _bench.Run(arguments).RequireWrongUsage();
        Assert.Equal(["a", "b"], _bench.Files);
    }

    [Theory]
    [InlineData(EnvelopeError.KekRequired, "protect", "a")]
    [InlineData(EnvelopeError.KekReferenceInvalid, "protect", "a", "--kek", "daily")]
    [InlineData(EnvelopeError.KekReferenceInvalid, "kek", "new", "daily")]
    [InlineData(EnvelopeError.ContextInvalid, "protect", "a", "--kek", ToolBench.Kek, "--context", "a=1", "--context", "A=2")]
    public void What_is_named_wrongly_is_wrong_usage_with_an_id(EnvelopeError error, params string[] arguments)
    {
        _bench.Write("a", "1");
        ToolRun.RequireErrorLine(_bench.Run(arguments).RequireWrongUsage(), error);
        Assert.Equal(["a"], _bench.Files);
    }

    [Theory]
    [InlineData("", EnvelopeError.KekRequired)]
    [InlineData(" ; ;", EnvelopeError.KekReferenceInvalid)]
    public void A_variable_that_names_no_KEK_names_none(string keks, EnvelopeError error)
    {
        _bench.Write("a", "1");
        ToolRun.RequireErrorLine(_bench.RunWith([], [("ENVELOPECRYPTO_KEK", keks)], "protect", "a").RequireWrongUsage(), error);
        Assert.Equal(["a"], _bench.Files);
    }

    [Theory]
    [InlineData("--operation", nameof(KekOperation.ReEncrypt), "audit", "show", "log")]
    [InlineData("--outcome", nameof(AuditOutcome.Refused), "audit", "show", "log")]
    [InlineData("--slot", "second", "rewrap", "a")]
    public void A_word_that_is_none_is_told_with_those_there_are_and_help_has_them_too(string option, string word, params string[] command)
    {
        _bench.Write("a", "1");
        foreach (var none in new[] { "nonsense", "0", "" })
        {
            var line = _bench.Run([.. command, option, none]).RequireWrongUsage();
            Assert.Contains(option, line, StringComparison.Ordinal);
            Assert.Contains(word, line, StringComparison.Ordinal);
        }
        Assert.Contains(word, _bench.Run([.. command, "--help"]).RequireDone().Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--throttle-limit", "protect", "a", "--kek", ToolBench.Kek)]
    [InlineData("--files-per-data-key", "protect", "a", "--kek", ToolBench.Kek)]
    [InlineData("--rotation-period-in-days", "kek", "new", "alias/backup")]
    [InlineData("--expected-count", "audit", "verify", "log")]
    public void A_number_that_is_none_is_told_in_words_of_the_command_line(string option, params string[] command)
    {
        _bench.Write("a", "1");
        foreach (var none in new[] { "many", "", "99999999999999999999", "1.5" })
        {
            var line = _bench.Run([.. command, option, none]).RequireWrongUsage();
            Assert.Contains(option, line, StringComparison.Ordinal);
            Assert.DoesNotContain("System.", line, StringComparison.Ordinal);
        }
        Assert.Equal(["a"], _bench.Files);
    }

    [Theory]
    [InlineData("rotate", "envelope kek rotate")]
    [InlineData("encrypt", "envelope protect")]
    public void A_command_by_another_name_is_told_by_its_own(string word, string meant) =>
        Assert.Contains($"'{meant}'", _bench.Run(word, "x").RequireWrongUsage(), StringComparison.Ordinal);

    [Fact]
    public void Help_and_version_are_answers()
    {
        Assert.Contains("protect", _bench.Run("--help").RequireDone().Text, StringComparison.Ordinal);
        Assert.Contains("--kek", _bench.Run("protect", "--help").RequireDone().Text, StringComparison.Ordinal);
        Assert.Single(_bench.Run("--version").RequireDone().Lines);
    }

    [Fact]
    public void An_argument_that_begins_with_at_is_a_name_and_no_file_of_arguments()
    {
        _bench.Write("args", "--help");
        _bench.Run("protect", "@args", "--kek", ToolBench.Kek).RequireError(EnvelopeError.SourceNotFound);
    }
}
