using System.CommandLine;
using System.Text;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// <c>envelope completion</c>: scripts by which a shell completes the tool's command line. They hold no command and no option: they ask the
/// program that is installed, so that they never go stale.
/// </summary>
internal static class CompletionCommand
{
    public static Command Create(Func<Command> root)
    {
        var command = new Command("completion", "Writes the script that lets a shell complete envelope's command lines.")
        {
            Shell("bash", "For bash: source <(envelope completion bash)", CompletionScripts.Bash),
            Shell("zsh", "For zsh, after compinit: source <(envelope completion zsh)", CompletionScripts.Zsh),
            Shell("fish", "For fish: envelope completion fish | source", CompletionScripts.Fish),
            Shell(
                "powershell", "For PowerShell: envelope completion powershell | Out-String | Invoke-Expression",
                CompletionScripts.PowerShell),
        };
        var words = new Argument<string[]>("word") { Arity = ArgumentArity.ZeroOrMore };
        var suggest = new Command("suggest", "Asked by the scripts: what can stand in the place of the last word.") { words };
        suggest.Hidden = true;
        suggest.SetAction(parsed => Write(string.Concat(Suggestions.For(root(), parsed.GetValue(words) ?? []).Select(line => $"{line}\n"))));
        command.Add(suggest);
        return command;
    }

    private static Command Shell(string name, string description, string script)
    {
        var command = new Command(name, description);
        command.SetAction(_ => Write(script));
        return command;
    }

    private static int Write(string text)
    {
        using var output = new PipeOutput();
        output.Write(Encoding.UTF8.GetBytes(text));
        output.Flush();
        return ExitCode.Done;
    }
}
