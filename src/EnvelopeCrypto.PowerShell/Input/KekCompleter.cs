using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Completes KEK references by the names in the keyring and of registered providers.</summary>
public sealed class KekCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = (wordToComplete ?? "").Trim('\'', '"');
        return References()
            .Concat(KekProviderTable.Registered.Select(provider => $"{provider.Name}:"))
            .Where(reference => reference.StartsWith(word, StringComparison.OrdinalIgnoreCase)
                || NameOf(reference).StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(reference => new CompletionResult(reference, reference, CompletionResultType.ParameterValue, reference));
    }

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
