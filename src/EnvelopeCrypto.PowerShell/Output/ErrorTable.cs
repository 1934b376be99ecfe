using System.Management.Automation;
using EnvelopeCrypto.Errors;

namespace EnvelopeCrypto.PowerShell;

/// <summary>From the engine's reason to what PowerShell shows: the id is the reason's own name, the rest is the catalogue's.</summary>
internal static class ErrorTable
{
    /// <param name="failure">What failed.</param>
    /// <param name="target">What it is about; null for the file that the failure names.</param>
    /// <param name="parameters">Those of the cmdlet that failed: a way out that it lacks is left out.</param>
    public static ErrorRecord ToRecord(EnvelopeException failure, object? target, ICollection<string> parameters)
    {
        var entry = ErrorCatalog.Of(failure.Error);
        var category = Enum.Parse<ErrorCategory>(entry.Category);
        var record = new ErrorRecord(failure, failure.Error.ToString(), category, target ?? failure.Path)
        {
            ErrorDetails = new ErrorDetails(failure.Message)
            {
                RecommendedAction = entry.PowerShell.Text(parameters.Contains, failure.Algorithms),
            },
        };
        record.CategoryInfo.TargetName = DisplayText.OneLine(record.CategoryInfo.TargetName); // PowerShell shows it as it stands
        return record;
    }
}
