using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// Completes properties of the objects that the pipeline brings: what PowerShell infers of the commands before, as it does for
/// Select-Object, and the columns of a file that Import-Csv is to read.
/// </summary>
public sealed class PropertyCompleter : IArgumentCompleter
{
    private static readonly string[] ReadsCsv = ["Import-Csv", "ipcsv"];

    // What a custom object has by .NET: they are no properties of the record.
    private static readonly string[] OfPSObject = [.. typeof(PSObject).GetProperties().Select(property => property.Name)];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        if (commandAst?.Parent is not PipelineAst pipeline || pipeline.PipelineElements.IndexOf(commandAst) is not (> 0 and var at))
            return [];
        var source = pipeline.PipelineElements.Take(at).ToList();
        return Columns(source) is { } columns
            ? CompletedWord.Matching(columns, wordToComplete)
            : Inferred(pipeline, source[^1], CompletedWord.Bare(wordToComplete));
    }

    // Nothing of the line is run but this one command, which reads one line of data, and only when all of it is written out.
    private static string[]? Columns(List<CommandBaseAst> source)
    {
        if (source is not [CommandAst command] || !ReadsCsv.Contains(command.GetCommandName(), StringComparer.OrdinalIgnoreCase)
            || !command.CommandElements.All(element => element is StringConstantExpressionAst or CommandParameterAst { Argument: null or StringConstantExpressionAst }))
        {
            return null;
        }
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript(command.Extent.Text).AddCommand("Select-Object").AddParameter("First", 1);
        try
        {
            return shell.Invoke().FirstOrDefault()?.Properties.Select(property => property.Name).ToArray();
        }
        catch (RuntimeException)
        {
            return null; // such as a file that is not there
        }
    }

    private static IEnumerable<CompletionResult> Inferred(PipelineAst pipeline, CommandBaseAst last, string word)
    {
        var before = pipeline.Extent.Text[..(last.Extent.EndOffset - pipeline.Extent.StartOffset)];
        var line = $"{before} | Select-Object -Property {word}";
        var matches = CommandCompletion.CompleteInput(line, line.Length, options: null).CompletionMatches;
        var isPSObject = OfPSObject.Where(name => name.StartsWith(word, StringComparison.OrdinalIgnoreCase)).All(name => matches.Any(match => match.ListItemText == name));
        return matches
            .Where(match => !isPSObject || !OfPSObject.Contains(match.ListItemText, StringComparer.Ordinal))
            .Where(match => match.ResultType == CompletionResultType.Property && match.ListItemText.StartsWith(word, StringComparison.OrdinalIgnoreCase));
    }
}
