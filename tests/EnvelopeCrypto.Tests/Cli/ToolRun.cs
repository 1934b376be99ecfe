using System.Text;
using System.Text.Json;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>What a run of the tool left: its exit code, and what it wrote.</summary>
internal sealed record ToolRun(int ExitCode, byte[] Output, byte[] ErrorOutput)
{
    public const int Done = 0;
    public const int SomeFailed = 1;
    public const int WrongUsage = 2;
    public const int Stopped = 3;

    private const string Sender = "envelope: ";

    public string Text => Encoding.UTF8.GetString(Output);

    public string Errors => Encoding.UTF8.GetString(ErrorOutput);

    public string[] Lines => LinesOf(Text);

    public string[] ErrorLines => LinesOf(Errors);

    /// <summary>The JSON objects on standard output, a line each.</summary>
    public JsonElement[] Json => Array.ConvertAll(Lines, line => JsonDocument.Parse(line).RootElement);

    /// <summary>All was done, and nothing was said on standard error.</summary>
    public ToolRun RequireDone()
    {
        Assert.True(ExitCode == Done, $"It ended with {ExitCode}: {Errors}");
        Assert.Equal("", Errors);
        return this;
    }

    /// <summary>It failed with exactly one line, which ends in the error's id.</summary>
    public string RequireError(EnvelopeError error, int exitCode = SomeFailed)
    {
        var line = Assert.Single(ErrorLines);
        RequireErrorLine(line, error);
        Assert.Equal(exitCode, ExitCode);
        return line;
    }

    /// <summary>The command was refused with one line, before anything was done.</summary>
    public string RequireWrongUsage()
    {
        var line = Assert.Single(ErrorLines);
        RequireOneLine(line);
        Assert.Equal(WrongUsage, ExitCode);
        Assert.Empty(Output);
        return line;
    }

    public static void RequireErrorLine(string line, EnvelopeError error)
    {
        RequireOneLine(line);
        Assert.EndsWith($" [{error}]", line, StringComparison.Ordinal);
    }

    private static void RequireOneLine(string line)
    {
        Assert.StartsWith(Sender, line, StringComparison.Ordinal);
        Assert.DoesNotContain(line, char.IsControl);
    }

    // Split by "\n" alone: whatever else would break a line on a terminal has to be found.
    private static string[] LinesOf(string text)
    {
        var lines = text.Replace(Environment.NewLine, "\n", StringComparison.Ordinal).Split('\n');
        Assert.Equal("", lines[^1]); // the last line ends too
        return lines[..^1];
    }
}
