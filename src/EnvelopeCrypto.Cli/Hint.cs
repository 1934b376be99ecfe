using System.CommandLine;
using EnvelopeCrypto.Errors;

namespace EnvelopeCrypto.Cli;

/// <summary>The way out of a failure in words of the command line; the engine's reasons name no options.</summary>
internal static class Hint
{
    /// <summary>
    /// What to add to the reason, with a blank before it: each sentence whose options the command has. Empty
    /// where the reason says it all.
    /// </summary>
    /// <param name="error">What failed.</param>
    /// <param name="command">The command that failed.</param>
    /// <param name="algorithms">Those of the recipients that it is about; a sentence about others is left out.</param>
    public static string For(EnvelopeError error, Command command, IReadOnlyList<string>? algorithms = null)
    {
        var hint = ErrorCatalog.Of(error).Tool.Text(named => command.Options.Any(option => option.Name == named), algorithms ?? []);
        return hint.Length == 0 ? "" : $" {hint}";
    }
}
