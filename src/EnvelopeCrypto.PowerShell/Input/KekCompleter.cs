using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Completes KEK references by the names in the keyring and of registered providers, and behind <c>pub:</c> by files.</summary>
public sealed class KekCompleter : IArgumentCompleter
{
    private const string PublicHalf = "pub:";

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = (wordToComplete ?? "").Trim('\'', '"');
        if (word.StartsWith(PublicHalf, StringComparison.Ordinal))
            return FilesBehind(PublicHalf, word[PublicHalf.Length..]);
        return References()
            .Append(PublicHalf)
            .Concat(KekProviderTable.Registered.Select(provider => $"{provider.Name}:"))
            .Where(reference => reference.StartsWith(word, StringComparison.OrdinalIgnoreCase)
                || NameOf(reference).StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(reference => new CompletionResult(reference, reference, CompletionResultType.ParameterValue, reference));
    }

    // The shell's own completion of files, from its current location; it quotes what needs quotes.
    private static IEnumerable<CompletionResult> FilesBehind(string prefix, string word) => CompletionCompleters.CompleteFilename(word)
        .Select(file => (Path: Unquoted(file.CompletionText), Found: file))
        .Select(file => new CompletionResult(
            Quoted(prefix + file.Path), file.Found.ListItemText, file.Found.ResultType, file.Found.ToolTip));

    private static string Unquoted(string text) =>
        text.StartsWith('\'') ? text.Trim('\'').Replace("''", "'", StringComparison.Ordinal) : text;

    private static string Quoted(string text) => text.All(character => char.IsLetterOrDigit(character) || "-_./\\:~".Contains(character, StringComparison.Ordinal))
        ? text
        : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string NameOf(string reference) => reference[(reference.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static string[] References()
    {
        try
        {
            using var passphrases = new KekPassphrases();
            using var keyring = new LocalKeyring(KeyringLocation.Resolve(), passphrases);
            return [.. keyring.Names().Select(name => $"local:{name}")];
        }
        catch (EnvelopeException)
        {
            return []; // a command that is run will say what is wrong with the keyring
        }
    }
}
