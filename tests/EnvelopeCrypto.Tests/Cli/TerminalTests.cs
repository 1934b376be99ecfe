using System.Text;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>The tool on a terminal, which the program <c>script</c> makes.</summary>
public sealed class TerminalTests : IDisposable
{
    private const string Script = "/usr/bin/script";
    private const string Passphrase = "Zebra-Quitte-77";

    private readonly ToolBench _bench = new();

    public TerminalTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(Script), "The program script is missing.");
        DefaultSignals.RequireHeard();
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_terminal_shows_progress_and_in_the_end_the_result_alone()
    {
        _bench.Shell("mkfifo pipe").RequireDone();
        using var terminal = Start($"stty cols 100; envelope protect - --kek {ToolBench.Kek} -o x.evc < pipe");
        using (var pipe = new FileStream(_bench["pipe"], FileMode.Open, FileAccess.Write))
        {
            terminal.WaitUntil(() =>
            {
                pipe.Write(new byte[1 << 20]);
                return terminal.OutputSoFar.Contains("standard input", StringComparison.Ordinal);
            });
        }
        var run = terminal.Finish();
        Assert.Equal(ToolRun.Done, run.ExitCode);
        Assert.Contains("MiB/s", run.Text, StringComparison.Ordinal);
        Assert.StartsWith("Protected  ", Assert.Single(Screen(run.Text)), StringComparison.Ordinal);
    }

    [Fact]
    public void Elsewhere_progress_is_never_shown()
    {
        using var tool = _bench.Start("protect", "-", "--kek", ToolBench.Kek, "-o", "x.evc");
        tool.WaitUntilItHasOpen(_bench.Folder);
        // A terminal would have got its first line after half a second.
        Patience.Repeat(TimeSpan.FromSeconds(0.8), () => tool.Write(new byte[1 << 18]));
        tool.CloseInput();
        Assert.Single(tool.Finish().RequireDone().Lines);
    }

    [Fact]
    public void A_new_passphrase_is_asked_for_twice_and_not_shown()
    {
        using var terminal = Start("envelope kek new local:secret");
        Answer(terminal, "Choose the keyring's passphrase: ", Passphrase);
        Answer(terminal, "Repeat the passphrase: ", Passphrase);
        var run = terminal.Finish();
        Assert.Equal(ToolRun.Done, run.ExitCode);
        Assert.DoesNotContain("Zebra", run.Text, StringComparison.Ordinal);
        Assert.Contains(Screen(run.Text), line => line.StartsWith("Made  local:secret", StringComparison.Ordinal));
        _bench.Write("pw", Passphrase);
        _bench.Run("kek", "rotate", "local:secret", "--keyring-passphrase-file", "pw").RequireDone();
    }

    [Theory]
    [InlineData("new local:weekly --unprotected", "envelope kek export local:weekly")]
    [InlineData("rotate local:daily", "envelope kek export local:daily")]
    [InlineData("rotate local:daily", "--old-kek local:daily --new-kek local:daily")]
    public void Who_makes_or_rotates_a_KEK_is_told_what_comes_next(string command, string told)
    {
        using var terminal = Start($"stty cols 200; envelope kek {command}");
        Assert.Contains(told, terminal.Finish().Text, StringComparison.Ordinal);
        using var quiet = Start($"envelope kek {command.Replace("weekly", "monthly", StringComparison.Ordinal)} -q");
        Assert.Empty(Screen(quiet.Finish().Text));
    }

    [Fact]
    public void The_passphrase_of_a_backup_is_asked_for_as_such()
    {
        using var terminal = Start($"envelope kek export {ToolBench.Kek} --kek passphrase -o b");
        Answer(terminal, "Choose the passphrase of the backup: ", Passphrase);
        Answer(terminal, "Repeat the passphrase: ", Passphrase);
        Assert.Equal(ToolRun.Done, terminal.Finish().ExitCode);
    }

    [Fact]
    public void Two_passphrases_that_differ_make_nothing()
    {
        using var terminal = Start("envelope protect a --kek passphrase");
        _bench.Write("a", "hello");
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Answer(terminal, "Choose the passphrase: ", Passphrase, attempt);
            Answer(terminal, "Repeat the passphrase: ", "another", attempt);
        }
        var run = terminal.Finish();
        Assert.Equal(ToolRun.SomeFailed, run.ExitCode);
        ToolRun.RequireErrorLine(Screen(run.Text)[^1], EnvelopeError.PassphraseInvalid);
        Assert.Equal(["a"], _bench.Files);
    }

    [Theory]
    [InlineData("n", 1, 0)]
    [InlineData("", 1, 0)]
    [InlineData("y", 0, 1)]
    public void A_KEK_is_imported_only_when_the_question_is_answered_with_yes(string answer, int exitCode, int there)
    {
        BackUpAndRemove();
        using var terminal = Start("envelope kek import b --passphrase-file pw --unprotected");
        Answer(terminal, "[y/N] ", answer);
        var run = terminal.Finish();
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains("key id", run.Text, StringComparison.Ordinal);
        Assert.Equal(there, _bench.Run("kek", "list").Lines.Length);
    }

    // On a new machine: a question and then passphrases, each ended by Enter.
    [Fact]
    public void A_KEK_is_imported_into_a_keyring_that_is_not_there_yet()
    {
        BackUpAndRemove();
        using var terminal = Start("ENVELOPECRYPTO_HOME=new envelope kek import b --passphrase-file pw");
        Answer(terminal, "[y/N] ", "y");
        Answer(terminal, "Choose the keyring's passphrase: ", Passphrase);
        Answer(terminal, "Repeat the passphrase: ", Passphrase);
        Assert.Equal(0, terminal.Finish().ExitCode);
        Assert.True(Directory.Exists(_bench["new"]));
    }

    [Theory]
    [InlineData("--yes")]
    [InlineData("--key-id")]
    public void An_import_asks_nothing_that_was_answered(string option)
    {
        var keyId = BackUpAndRemove();
        using var terminal = Start($"envelope kek import b --passphrase-file pw --unprotected {option} {(option == "--yes" ? "" : keyId)}");
        Assert.Equal(0, terminal.Finish().ExitCode);
        Assert.Single(_bench.Run("kek", "list").Lines);
    }

    [Theory]
    [InlineData("n", 1, 1)]
    [InlineData("", 1, 1)]
    [InlineData("y", 0, 0)]
    public void A_KEK_is_removed_only_when_the_question_is_answered_with_yes(string answer, int exitCode, int remaining)
    {
        using var terminal = Start($"envelope kek remove {ToolBench.Kek}");
        Answer(terminal, "[y/N] ", answer);
        Assert.Equal(exitCode, terminal.Finish().ExitCode);
        Assert.Equal(remaining, _bench.Run("kek", "list").Lines.Length);
    }

    [Fact]
    public void An_envelope_does_not_go_to_a_terminal_unasked()
    {
        _bench.Write("a", "hello");
        using var terminal = Start($"envelope protect - --kek {ToolBench.Kek} < a");
        var run = terminal.Finish();
        Assert.Equal(ToolRun.WrongUsage, run.ExitCode);
        Assert.StartsWith("envelope: ", Assert.Single(Screen(run.Text)), StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_at_a_prompt_stops()
    {
        using var terminal = Start("envelope kek new local:secret");
        Answer(terminal, "Choose the keyring's passphrase: ", "\u0003");
        Assert.Equal(ToolRun.Stopped, terminal.Finish().ExitCode);
        Assert.Single(_bench.Run("kek", "list").Lines);
    }

    [Fact]
    public void A_passphrase_is_asked_for_at_the_terminal_while_standard_input_is_a_pipe()
    {
        using var terminal = Start("printf hello | envelope protect - -o x.evc --kek passphrase; stty -a");
        Answer(terminal, "Choose the passphrase: ", "Zebra-Quitte-77");
        Answer(terminal, "Repeat the passphrase: ", "Zebra-Quittex\u007f-77"); // and Backspace takes the x away
        var run = terminal.Finish();
        Assert.DoesNotContain("Zebra", run.Text, StringComparison.Ordinal);
        Assert.Contains("Protected  ", run.Text, StringComparison.Ordinal);
        Assert.Contains(" echo ", run.Text, StringComparison.Ordinal);
        _bench.Write("pw", Passphrase);
        Assert.Equal("hello", _bench.Run("unprotect", "x.evc", "-o", "-", "-q", "--passphrase-file", "pw").RequireDone().Text);
    }

    [Fact]
    public void Without_a_terminal_nothing_is_asked_wherever_errors_go()
    {
        _bench.Write("a", "hello");
        using var terminal = Start("setsid -w sh -c \"envelope protect - -o x.evc --kek passphrase < a\"");
        var run = terminal.Finish();
        Assert.Equal(ToolRun.SomeFailed, run.ExitCode);
        ToolRun.RequireErrorLine(Assert.Single(Screen(run.Text)), EnvelopeError.PassphraseRequired);
    }

    [Theory]
    [InlineData("protect - -o x.evc --kek passphrase", "< a")]
    [InlineData("protect a --kek passphrase", "")]
    public void A_terminal_shows_what_is_typed_again_when_a_prompt_was_stopped(string command, string input)
    {
        _bench.Write("a", "hello");
        using var terminal = Start($"trap : INT; (envelope {command} {input}); stty -a");
        Answer(terminal, "Choose the passphrase: ", "Zeb\u0003");
        var run = terminal.Finish();
        Assert.Contains("envelope: stopped.", run.Text, StringComparison.Ordinal);
        Assert.Contains(" echo ", run.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Zeb", run.Text, StringComparison.Ordinal);
        Assert.Equal(["a"], _bench.Files);
    }

    private string BackUpAndRemove()
    {
        _bench.Write("pw", "a passphrase for the safe");
        var keyId = Assert.Single(_bench.Run("kek", "list", "--json").Json).GetProperty("versions")[0].GetProperty("keyId").GetString()!;
        _bench.Run("kek", "export", ToolBench.Kek, "--kek", "passphrase", "--passphrase-file", "pw", "-o", "b").RequireDone();
        _bench.Run("kek", "remove", ToolBench.Kek, "--yes").RequireDone();
        return keyId;
    }

    private RunningTool Start(string command)
    {
        var tool = $"exec {ToolBench.QuotedCommand}";
        return _bench.Start(
            [("SHELL", "/bin/sh")], Script, "-qec", command.Replace("envelope", tool, StringComparison.Ordinal), "/dev/null");
    }

    private static void Answer(RunningTool terminal, string question, string answer, int time = 1)
    {
        terminal.WaitUntil(() => terminal.OutputSoFar.Split(question).Length > time);
        terminal.Write(Encoding.UTF8.GetBytes(answer + "\r"));
    }

    // What stands on the terminal in the end: a carriage return goes back to the start of the line, escape sequences show nothing.
    private static List<string> Screen(string text)
    {
        var lines = new List<StringBuilder> { new() };
        var column = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var line = lines[^1];
            if (text[i] == '\u001b')
                i = EndOfSequence(text, i);
            else if (text[i] == '\r')
                column = 0;
            else if (text[i] == '\n')
                lines.Add(new StringBuilder());
            else
            {
                if (column == line.Length)
                    line.Append(' ');
                line[column++] = text[i];
            }
        }
        return [.. lines.Select(line => line.ToString().TrimEnd()).Where(line => line.Length > 0)];
    }

    private static int EndOfSequence(string text, int escape)
    {
        var at = escape + 1;
        if (text[at] == '[')
        {
            do
                at++;
            while (!char.IsAsciiLetter(text[at]));
        }
        return at;
    }
}
