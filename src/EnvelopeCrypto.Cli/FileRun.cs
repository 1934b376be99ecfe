using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Cli;

/// <summary>Takes the paths of a command through a batch and shows what becomes of each.</summary>
/// <typeparam name="TResult">What the work on one file gives.</typeparam>
internal sealed class FileRun<TResult>
    where TResult : class
{
    private long _bad;
    private long _aside;
    private long _unchanged;

    /// <summary>Which files.</summary>
    public required SourceSelection Selection { get; init; }

    /// <summary>How: what the command itself knows of it.</summary>
    public BatchOptions Batch { get; init; } = new();

    /// <summary>How often each byte is read.</summary>
    public int Passes { get; init; } = 1;

    /// <summary>The work on one file; is told where to report bytes.</summary>
    public required Func<BatchItem, Action<int>?, CancellationToken, Task<TResult>> Work { get; init; }

    /// <summary>Whether a result is that of a file which is not as it should be; null when none is.</summary>
    public Func<TResult, bool>? IsBad { get; init; }

    /// <summary>Results that the summary counts by themselves too, with what it says of them; null for none.</summary>
    public (string Word, Func<TResult, bool> Is)? Aside { get; init; }

    /// <summary>Shows a result.</summary>
    public required Action<TResult> Show { get; init; }

    /// <summary>Goes through all paths.</summary>
    /// <returns>The exit code.</returns>
    public int Go(Invocation run, IReadOnlyList<string> paths)
    {
        var summary = new RunSummary(run.Report.CommandName, TimeProvider.System);
        var file = Batch.ReadOnly && run.Flag(TreeOptions.WhatIf) ? null : run.Text(TreeOptions.Summary);
        if (file is not null)
            RunSummary.RequireFolder(file);
        try
        {
            return Go(run, paths, summary);
        }
        catch (EnvelopeException failure)
        {
            summary.Fail(path: null, failure);
            throw;
        }
        finally
        {
            if (file is not null && !run.Stop.IsCancellationRequested)
                summary.WriteTo(file);
        }
    }

    private int Go(Invocation run, IReadOnlyList<string> paths, RunSummary summary)
    {
        using var progress = ProgressLine.For(paths, run.Report.IsQuiet, Selection.EnvelopesOnly, Passes);
        run.Terminal.Progress = progress;
        using var tree = new SourceTree(Selection);
        var inputs = new InputPaths(paths);
        inputs.Announce(tree);
        var options = Batch with
        {
            ThrottleLimit = run.Number(TreeOptions.ThrottleLimit) ?? Batch.ThrottleLimit,
            Destination = Selection.Destination,
            IsInput = tree.WouldTake,
            Cleaned = path => run.Terminal.Information($"removed {DisplayText.OneLine(path)}, left by a run that died."),
        };
        Action<int>? advance = progress is null ? null : progress.Advance;
        using var batch = new Batch<TResult>(options, (item, stop) => Work(item, advance, stop), run.Stop);
        foreach (var entry in inputs.Find(tree))
        {
            batch.Offer(entry);
            while (batch.TryTake(out var outcome))
                ShowOne(run, outcome, progress, summary);
        }
        foreach (var outcome in batch.Complete())
            ShowOne(run, outcome, progress, summary);
        return Sum(run, paths, batch.Totals, summary);
    }

    private void ShowOne(Invocation run, BatchOutcome<TResult> outcome, ProgressLine? progress, RunSummary summary)
    {
        summary.Count(outcome);
        progress?.Clear();
        if (outcome.Result is { } result)
        {
            Show(result);
            _bad += IsBad?.Invoke(result) == true ? 1 : 0;
            _aside += Aside?.Is(result) == true ? 1 : 0;
            _unchanged += result is FileResult { Status: FileOutcome.Unchanged } ? 1 : 0;
        }
        else if (outcome.LeftOut is { } why)
            run.Report.LeftOut(outcome.Path, why);
        else if (outcome.Failure!.Error != EnvelopeError.NotTried)
            run.Report.Failure(outcome.Failure, outcome.Path);
        progress?.FileDone();
    }

    private EnvelopeException NothingMatched() => new(
        EnvelopeError.NothingMatched,
        Selection.EnvelopesOnly ? "no envelope was found; nothing was done." : "no matching files; nothing was done.");

    private int Sum(Invocation run, IReadOnlyList<string> paths, BatchTotals totals, RunSummary summary)
    {
        if (totals.NotTriedFailure is { } notTried)
            run.Report.NotTried(notTried, totals.NotTried);
        if (totals.Done + totals.Failed == 0 && !run.Flag(TreeOptions.AllowEmpty))
        {
            var failure = NothingMatched();
            summary.Fail(path: null, failure);
            run.Report.Failure(failure, paths[0]);
        }
        if (Batch.FolderMode is not null && totals.Done > 0 && RestoredFolders.Notice(totals.FoldersMade) is { } notice)
            run.Report.Note(notice);
        if (Selection.Recurse)
        {
            run.Report.Summary(
                totals.Done - _bad - _unchanged, _unchanged, totals.Failed + _bad, totals.LeftOut, _aside, Aside?.Word,
                whatIf: run.Flag(TreeOptions.WhatIf));
        }
        return run.Report.AnyFailed ? ExitCode.Failed : ExitCode.Done;
    }
}
