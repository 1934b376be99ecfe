using System.Text.RegularExpressions;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>The blocks of shell commands in README.md, each run as one script, as they stand there.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly ToolBench _bench = new();
    private readonly string[] _blocks;

    public ReadmeTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are those of a Unix shell.");
        Assert.SkipUnless(ProjectFolder.Root() is not null, "The tests run outside of the project.");
        _blocks = [.. Fenced().Matches(Text).Select(block => block.Groups["text"].Value)];
    }

    private static string Text => File.ReadAllText(Path.Combine(ProjectFolder.Root()!, "README.md")).ReplaceLineEndings("\n");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_example_protects_rewraps_and_restores()
    {
        _bench.Write("data/a.txt", "a");
        _bench.Write("data/sub/b.txt", "b");
        Run(Assert.Single(_blocks, block => block.Contains("envelope rewrap", StringComparison.Ordinal)));

        Assert.Equal("a", File.ReadAllText(_bench["restored/a.txt"]));
        Assert.Equal("b", File.ReadAllText(_bench["restored/sub/b.txt"]));
        var files = _bench.Run("inspect", "vault", "data.tar.evc", "-r", "--json").RequireDone().Json;
        Assert.Equal(3, files.Length);
        Assert.All(files, file => Assert.Equal("local:next", Assert.Single(file.GetProperty("kek").EnumerateArray()).GetString()));
        Run("envelope unprotect data.tar.evc -o - -q | tar -t | grep -x data/sub/b.txt");
    }

    [Fact]
    public void The_host_with_the_public_half_encrypts()
    {
        _bench.Write("data/a.txt", "a");
        Run(Assert.Single(_blocks, block => block.Contains("--public-key", StringComparison.Ordinal)));
        var file = Assert.Single(_bench.Run("inspect", "vault", "-r", "--json").RequireDone().Json);
        Assert.True(file.GetProperty("postQuantum").GetBoolean());
    }

    [Fact]
    public void The_first_try_from_a_checkout_encrypts_this_file()
    {
        const string Start = "dotnet run --project src/EnvelopeCrypto.Cli -- ";
        var block = Assert.Single(_blocks, block => block.Contains(Start, StringComparison.Ordinal));
        _bench.Write("README.md", Text);
        Run(block.Replace(Start, "envelope ", StringComparison.Ordinal));
        Assert.Equal(["README.md", "out"], _bench.Files);
        _bench.Run("inspect", "out/README.md.evc").RequireDone();
    }

    private void Run(string script)
    {
        var run = _bench.Shell($"set -euo pipefail\n{script}", ("ENVELOPECRYPTO_KEYRING_PASSPHRASE", "a passphrase of this test"));
        Assert.True(run.ExitCode == ToolRun.Done, $"{script}\nended with {run.ExitCode}: {run.Errors}");
    }

    [GeneratedRegex("```sh\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Fenced();
}
