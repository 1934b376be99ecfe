using System.CommandLine;
using EnvelopeCrypto.Cli;

namespace EnvelopeCrypto.Tests.Cli;

public sealed class CompletionTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string> Commands => [.. All(Tool.Root(CancellationToken.None), [])];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_and_option_of_the_usage_is_suggested(string path)
    {
        var root = Tool.Root(CancellationToken.None);
        string[] words = path.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Command command = root;
        foreach (var word in words)
            command = command.Subcommands.Single(each => each.Name == word);

        var options = Suggestions.For(root, [.. words, "-"]).Select(WordOf).ToList();
        Assert.All(command.Options.Where(option => !option.Hidden), option => Assert.Contains(option.Name, options, StringComparer.Ordinal));
        Assert.Contains("--help", options, StringComparer.Ordinal);
        if (command.Subcommands.Any())
            Assert.Equal(command.Subcommands.Where(each => !each.Hidden).Select(each => each.Name), Suggestions.For(root, [.. words, ""]).Select(WordOf), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("prot", "protect")]
    [InlineData("kek r", "rotate", "remove")]
    [InlineData("protect --forc", "--force")]
    [InlineData("protect --kek loc", "local:daily")]
    [InlineData("protect --kek=loc", "--kek=local:daily")]
    [InlineData("protect --kek ", "local:daily", "pub:", "x509:", "passphrase", "alias/")]
    [InlineData("protect --kek x509:./a", ":files x509:")]
    [InlineData("protect --kek=pub:./a", ":files --kek=pub:")]
    [InlineData("protect --passphrase-file ", ":files ")]
    [InlineData("protect --kek local:daily ./a", ":files ")]
    [InlineData("protect --force -- --kek", ":files ")]
    [InlineData("kek remove ", "local:daily", "pub:", "x509:", "passphrase", "alias/")]
    [InlineData("kek new local:x --protection Dpapi", "Dpapi", "DpapiMachine")]
    [InlineData("keyring passphrase --kek ", "local:daily")]
    [InlineData("completion ", "bash", "zsh", "fish", "powershell")]
    [InlineData("protect --no-such-option=a")]
    [InlineData("no-such-command --kek=a")]
    public void What_fits_the_last_word_is_suggested(string line, params string[] expected)
    {
        var run = _bench.Run(["completion", "suggest", "--", .. line.Split(' ')]).RequireDone();
        Assert.Equal(expected, run.Lines.Select(WordOf), StringComparer.Ordinal);
    }

    [Fact]
    public void Nothing_typed_yet_gets_the_commands() =>
        Assert.Contains("protect", _bench.Run("completion", "suggest").RequireDone().Lines.Select(WordOf), StringComparer.Ordinal);

    [Theory]
    [InlineData]
    [InlineData("ksh")]
    [InlineData("bash", "more")]
    public void Shell_is_one_of_four(params string[] arguments) => _bench.Run(["completion", .. arguments]).RequireWrongUsage();

    // As bash hands them over: taken apart at ":" and "=".
    [Theory]
    [InlineData("prot", "protect")]
    [InlineData("protect --kek local : da", "daily")]
    [InlineData("protect --kek local :", "daily")]
    [InlineData("protect --kek = local : da", "daily")]
    [InlineData("protect --kek lo", "local:daily")]
    [InlineData("protect --kek x509 : ./off", "./off side.pem", "./off.pem")]
    [InlineData("protect --kek = x509 : ./off.", "./off.pem")]
    [InlineData("protect --context a = b --force off.", "off.pem")]
    [InlineData("protect --key", "--keyring-passphrase-file")]
    public void Script_completes_in_bash(string words, params string[] expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "bash is for Unix.");
        _bench.Write("off.pem", "");
        _bench.Write("off side.pem", "");
        var run = _bench.Shell(
            $"source <(envelope completion bash); COMP_WORDS=(envelope {words}); COMP_CWORD=$((${{#COMP_WORDS[@]}}-1)); "
            + "_envelope envelope; printf '%s\\n' \"${COMPREPLY[@]}\"").RequireDone();
        Assert.Equal(expected, run.Lines.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public void Script_completes_in_zsh()
    {
        Require("zsh");
        // Stand-ins for what zsh has only while somebody types.
        _bench.Write(
            "try.zsh",
            """
            compdef() { : }; compset() { print -r -- compset $@ }; _files() { print -r -- files }; _describe() { print -rl -- ${(P)4} }
            source ./zsh.sh
            words=(envelope ${(z)1}); CURRENT=$#words
            _envelope

            """);
        var run = InPath("envelope completion zsh > zsh.sh; zsh -f try.zsh 'protect --kek lo'; zsh -f try.zsh 'protect --kek x509:o'");
        Assert.Equal(["local\\:daily:of the local keyring", "compset -P x509:", "files"], run.Lines, StringComparer.Ordinal);
    }

    [Fact]
    public void Script_completes_in_fish()
    {
        Require("fish");
        _bench.Write("off.pem", "");
        var run = InPath(
            "envelope completion fish > fish.fish; "
            + "fish --no-config -c \"source fish.fish; complete -C 'envelope protect --kek lo'; complete -C 'envelope protect --kek x509:of'\"");
        Assert.Equal(["local:daily", "x509:off.pem"], run.Lines.Select(WordOf), StringComparer.Ordinal);
    }

    // As a program that any shell finds.
    private ToolRun InPath(string line)
    {
        _bench.Write("envelope", $"#!/bin/sh\nexec {ToolBench.QuotedCommand} \"$@\"\n");
        return _bench.Shell($"unset -f envelope; chmod +x envelope; export PATH=\"$PWD:$PATH\"; {line}").RequireDone();
    }

    private static void Require(string shell) => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, shell))),
        $"{shell} is not installed.");

    private static string WordOf(string line) => line.StartsWith(":files", StringComparison.Ordinal) ? line : line.Split('\t')[0];

    private static IEnumerable<string> All(Command command, string[] path)
    {
        yield return string.Join(' ', path);
        foreach (var sub in command.Subcommands.Where(each => !each.Hidden).SelectMany(each => All(each, [.. path, each.Name])))
            yield return sub;
    }
}
