using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

public sealed class ReadmeTests : IDisposable
{
    private static readonly string[] Starts = ["envelope ", "-- "];

    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Every_example_is_a_command_that_the_tool_understands()
    {
        Assert.SkipUnless(ProjectFolder.Root() is not null, "The tests run outside of the project.");
        var examples = Examples(File.ReadAllLines(Path.Combine(ProjectFolder.Root()!, "README.md"))).ToList();
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            // Keys of AWS KMS are looked for in a Region, and without credentials not further.
            var run = _bench.RunWith([], [("AWS_REGION", "eu-central-1")], example);
            Assert.True(run.ExitCode is ToolRun.Done or ToolRun.SomeFailed, $"'{string.Join(' ', example)}': {run.Errors}");
        }
    }

    // The lines of shell blocks that run the tool, without comment and redirection.
    private static IEnumerable<string[]> Examples(string[] lines)
    {
        var inShell = false;
        foreach (var line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                inShell = line == "```sh";
            else if (inShell && CommandIn(line) is { } command)
                yield return command.Split('#', '>', '|')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    private static string? CommandIn(string line) => Starts
        .Where(start => line.StartsWith(start, StringComparison.Ordinal) || line.Contains(' ' + start, StringComparison.Ordinal))
        .Select(start => line[(line.IndexOf(start, StringComparison.Ordinal) + start.Length)..])
        .FirstOrDefault();
}
