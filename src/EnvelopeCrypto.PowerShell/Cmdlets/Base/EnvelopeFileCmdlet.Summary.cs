using System.Management.Automation;
using EnvelopeCrypto.Batches;

namespace EnvelopeCrypto.PowerShell;

/// <content>The totals of a pipeline.</content>
public abstract partial class EnvelopeFileCmdlet<TResult>
{
    private RunSummary? _summary;
    private string? _summaryPath;

    /// <summary>One object with the totals at the end, instead of a result for each file.</summary>
    [Parameter]
    public SwitchParameter Summary { get; set; }

    /// <summary>A file for the totals and the failures, as JSON.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SummaryPath { get; set; }

    private void BeginSummary()
    {
        _summary = new RunSummary(MyInvocation.MyCommand.Name, TimeProvider.System);
        if (SummaryPath is not null)
            RunSummary.RequireFolder(_summaryPath = Resolve(SummaryPath));
    }

    // What fails the whole run is in its summary too.
    private void Summing(Action work)
    {
        try
        {
            work();
        }
        catch (EnvelopeException failure)
        {
            _summary!.Fail(path: null, failure);
            WriteSummaryFile();
            throw;
        }
    }

    private void WriteSummary()
    {
        WriteSummaryFile();
        if (Summary && !IsWhatIf)
            Write(new EnvelopeRunSummary(_summary!));
    }

    private void WriteSummaryFile()
    {
        if (_summaryPath is not null && !IsWhatIf)
            _summary!.WriteTo(_summaryPath);
    }

    /// <summary>Writes a result, unless totals are wanted instead.</summary>
    protected void WriteUnlessSummed(object result)
    {
        if (!Summary)
            Write(result);
    }
}
