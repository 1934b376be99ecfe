namespace EnvelopeCrypto.Batches;

/// <summary>How a run went.</summary>
internal sealed class BatchTotals
{
    private readonly List<string> _notTried = [];
    private string _whyNotTried = "";

    /// <summary>Files that have a result.</summary>
    public long Done { get; private set; }

    /// <summary>Files that failed, those not tried among them.</summary>
    public long Failed { get; private set; }

    /// <summary>Paths that were not meant.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Folders that were made below the destination.</summary>
    public long FoldersMade { get; internal set; }

    /// <summary>Files that were not tried, since no KEK was left that could open them.</summary>
    public IReadOnlyList<string> NotTried => _notTried;

    /// <summary>The one failure that stands for all of them; null when there is none.</summary>
    public EnvelopeException? NotTriedFailure => _notTried.Count == 0 ? null : new EnvelopeException(
        EnvelopeError.NotTried,
        (_notTried.Count == 1
            ? "1 file was not tried, since no KEK that it needs works"
            : $"{_notTried.Count} files were not tried, since no KEK that they need works")
        + (Failed > _notTried.Count ? "; see the first error." : $". The first: {_whyNotTried}"));

    internal void Count<TResult>(BatchOutcome<TResult> outcome)
        where TResult : class
    {
        if (outcome.LeftOut is not null)
            LeftOut++;
        else if (outcome.Failure is null)
            Done++;
        else
            Failed++;
        if (outcome.Failure is not { Error: EnvelopeError.NotTried } notTried)
            return;
        // The KEK can have failed for a file that another one opened: then no error has said why.
        if (_notTried.Count == 0)
            _whyNotTried = notTried.Reason;
        _notTried.Add(outcome.Path);
    }
}
