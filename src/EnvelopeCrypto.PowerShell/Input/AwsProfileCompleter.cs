using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Completes profiles of AWS by the names in its shared files.</summary>
public sealed class AwsProfileCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletedWord.Matching(AwsProfiles.Names(), wordToComplete);
}
