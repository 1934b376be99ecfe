using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Completes Regions of AWS by the list of its SDK.</summary>
public sealed class AwsRegionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletedWord.Matching(AwsAdapter.Regions(), wordToComplete);
}
