using System.Management.Automation;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.PowerShell;

/// <summary>A cmdlet that takes files from the pipeline, works on several at once, and writes results as they finish.</summary>
/// <typeparam name="TResult">What the work on one file gives.</typeparam>
public abstract partial class EnvelopeFileCmdlet<TResult> : PassphraseCmdlet
    where TResult : class
{
    private FileWork<TResult> _work = null!; // from BeginProcessing on
    private Batch<TResult>? _batch;
    private SourceTree? _tree;
    private string _start = "";
    private string[] _literalPath = [];
    private bool _anyGiven;
    private bool _any;
    private long _links;
    private FileProgress? _progress;

    /// <summary>Files or directories; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public virtual string[] Path { get; set; } = [];

    /// <summary>Files or directories, letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP", "FullName")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public virtual string[] LiteralPath
    {
        get => _literalPath;
        set => _literalPath = value ?? []; // a result of a file that was skipped has none
    }

    /// <summary>Take what is in directories, at any depth.</summary>
    [Parameter]
    [Alias("r")]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Only files that match; with a separator the pattern is for the path below the root.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNull]
    public string[] Include { get; set; } = [];

    /// <summary>No file or directory that matches.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNull]
    public string[] Exclude { get; set; } = [];

    /// <summary>Follow symbolic links that are met in a tree.</summary>
    [Parameter]
    public SwitchParameter FollowSymlink { get; set; }

    /// <summary>That no file is found is not an error, as on a day without new files.</summary>
    [Parameter]
    public SwitchParameter AllowEmpty { get; set; }

    /// <summary>How many files are worked on at once.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = Environment.ProcessorCount;

    /// <summary>Whether a file failed so far, or none was found.</summary>
    protected bool AnyFailed { get; private set; }

    /// <summary>What is done with the files.</summary>
    /// <exception cref="EnvelopeException">The parameters contradict each other, or a KEK makes no sense.</exception>
    private protected abstract FileWork<TResult> Plan();

    /// <inheritdoc/>
    protected override void BeginProcessing() => OrThrow(() =>
    {
        _work = Plan();
        BeginSummary();
        if (!MyInvocation.ExpectingInput && IsLiteral && (LiteralPath.Length == 0 || Array.Exists(LiteralPath, string.IsNullOrEmpty)))
            throw new EnvelopeException(EnvelopeError.SourceNotFound, "a path is empty.");
        _start = SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        _tree = new SourceTree(_work.Selection with
        {
            Recurse = Recurse,
            FromPipeline = MyInvocation.ExpectingInput,
            Include = Include,
            Exclude = Exclude,
            FollowSymlink = FollowSymlink,
            AllowEmpty = AllowEmpty,
        });
        var options = _work.Batch with
        {
            ThrottleLimit = ThrottleLimit,
            Destination = _work.Selection.Destination,
            CleansLast = MyInvocation.ExpectingInput,
            ReadOnly = IsWhatIf || _work.Batch.ReadOnly,
            IsInput = _tree.WouldTake,
            Prepare = Prepare,
            Waiting = WhileWaiting,
            Cleaned = path => WriteWarning($"Removed {DisplayText.OneLine(path)}, left by a run that died."),
        };
        _progress = new FileProgress(MyInvocation.MyCommand.Name);
        _batch = new Batch<TResult>(options, _work.WorkAsync, Stop);
        Calls.Arrived = _batch.CallWaiting;
    });

    /// <inheritdoc/>
    protected override void ProcessRecord() => OrThrow(() => Summing(() =>
    {
        var given = (IsLiteral ? LiteralPath : Path).Where(path => !string.IsNullOrEmpty(path)).ToArray();
        if (given.Length > 1 || !MyInvocation.ExpectingInput)
            Expect(given);
        _anyGiven |= given.Length > 0;
        foreach (var path in given)
        {
            foreach (var entry in Find(path))
            {
                _links += entry.IsLink ? 1 : 0;
                if (entry.IsInput && !Asked(entry))
                    continue;
                _progress!.Expect(entry.Length * _work.Passes);
                _batch!.Offer(entry);
                Calls.Serve();
                while (_batch.TryTake(out var outcome))
                    WriteOutcome(outcome);
            }
        }
        Calls.Serve();
    }));

    /// <inheritdoc/>
    protected override void EndProcessing() => OrThrow(() =>
    {
        Summing(Finish);
        WriteSummary();
    });

    private void Finish()
    {
        _progress!.ExpectNoMore();
        foreach (var outcome in _batch!.Complete())
            WriteOutcome(outcome);
        WriteSaid();
        if (_progress.End() is { } last)
            WriteProgress(last);
        if (_work.Batch.FolderMode is not null && _batch.Totals.Done > 0
            && RestoredFolders.Notice(_batch.Totals.FoldersMade) is { } made)
            WriteVerbose(made);
        var notTried = _batch.Totals.NotTriedFailure;
        if (notTried is not null)
            WriteFailure(notTried, _batch.Totals.NotTried.ToArray());
        if (_links > 0)
            WriteWarning($"{_links} symbolic links were left out; -Verbose names them{(_work.Selection.RemovesSources ? "" : ", -FollowSymlink follows them")}.");
        var isNothing = !_any && !AllowEmpty && !(_work.MayBeEmpty && !_anyGiven);
        AnyFailed |= notTried is not null || isNothing;
        if (isNothing)
        {
            var failure = new EnvelopeException(EnvelopeError.NothingMatched, "no matching files; nothing was done.");
            _summary!.Fail(path: null, failure);
            WriteFailure(failure, target: null);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        CancelWork();
        _batch?.Dispose();
        _tree?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Told of bytes by the workers.</summary>
    protected void Advance(int bytes) => _progress!.Advance(bytes);

    // On the pipeline's thread, which makes the calls of script blocks.
    private ValueTask Prepare(CancellationToken cancellationToken)
    {
        if (_work.Batch.Prepare is { } prepare)
            Await(prepare(cancellationToken));
        return ValueTask.CompletedTask;
    }

    private void WhileWaiting()
    {
        ShowProgress();
        Calls.Serve();
    }

    private void ShowProgress()
    {
        if (_progress!.Due() is { } record)
            Guarded(() => WriteProgress(record));
    }

    private bool Asked(SourceEntry entry)
    {
        _any = true;
        try
        {
            return IsWhatIf || _work.Wanted(entry);
        }
        catch (EnvelopeException failure)
        {
            // No name follows for its output.
            WriteFailure(failure, entry.Path);
            return false;
        }
    }

    private void WriteOutcome(BatchOutcome<TResult> outcome)
    {
        Calls.Serve();
        WriteSaid();
        _summary!.Count(outcome);
        if (outcome.LeftOut is null)
            _progress!.FileDone();
        ShowProgress();
        if (outcome.Result is { } result && IsWhatIf)
            ShouldProcess(DisplayText.OneLine(outcome.Path), _work.Preview(result));
        else if (outcome.Result is not null)
            _work.Write(outcome.Result);
        else if (outcome.LeftOut is { } why)
            WriteVerbose($"Left out {DisplayText.OneLine(outcome.Path)}: {why}.");
        else if (outcome.Failure!.Error == EnvelopeError.NotTried)
            _work.WriteNotTried?.Invoke(outcome.Path, outcome.Failure);
        else
            WriteFailed(outcome);
    }

    private void WriteFailed(BatchOutcome<TResult> outcome)
    {
        (_any, AnyFailed) = (true, true);
        WriteFailure(outcome.Failure!, outcome.Path);
    }
}
