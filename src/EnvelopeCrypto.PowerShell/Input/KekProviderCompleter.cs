using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Completes the names of registered providers.</summary>
public sealed class KekProviderCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = (wordToComplete ?? "").Trim('\'', '"');
        return KekProviderTable.Registered
            .Where(provider => provider.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(provider => new CompletionResult(provider.Name, provider.Name, CompletionResultType.ParameterValue, provider.Name));
    }
}
