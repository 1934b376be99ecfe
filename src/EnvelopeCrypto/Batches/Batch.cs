using System.Diagnostics.CodeAnalysis;
using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Batches;

/// <summary>
/// One run over many files: takes inputs as they come, claims their outputs, works on several at once and gives results as they finish.
/// Offered to and taken from by one thread.
/// </summary>
/// <typeparam name="TResult">What the work on one file gives.</typeparam>
internal sealed partial class Batch<TResult> : IDisposable
    where TResult : class
{
    private readonly BatchOptions _options;
    private readonly Func<BatchItem, CancellationToken, Task<TResult>> _work;
    private readonly CancellationToken _stop;
    private readonly FileSystem _files = FileSystem.Default;
    private readonly OutputClaims _claims = new();
    private readonly Queue<BatchOutcome<TResult>> _ready = new();
    private readonly List<BatchItem> _twins = [];
    private readonly Dictionary<string, string> _twinNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FilePlace> _touched = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lookAlikes = new(StringComparer.Ordinal);
    private readonly List<FilePlace> _made = [];
    private Folder? _destination;
    private Folder? _lastFolder;
    private FilePlace? _lastOutput;
    private volatile WorkQueue<BatchItem, BatchOutcome<TResult>> _queue;
    private bool _isPrepared;
    private EnvelopeException? _notReady;

    /// <param name="options">How.</param>
    /// <param name="work">The work on one file. It throws <see cref="EnvelopeException"/> for a failure of that file.</param>
    /// <param name="cancellationToken">Stops the run; what is going on cleans up after itself.</param>
    public Batch(BatchOptions options, Func<BatchItem, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _work = work;
        _stop = cancellationToken;
        _queue = NewQueue();
    }

    /// <summary>How it went so far.</summary>
    public BatchTotals Totals { get; } = new();

    /// <summary>Takes one input; waits while too many are under way.</summary>
    /// <exception cref="EnvelopeException">What every file needs cannot be had: see <see cref="BatchOptions.Prepare"/>.</exception>
    public void Offer(SourceEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (!entry.IsInput)
        {
            _ready.Enqueue(new BatchOutcome<TResult>(entry.Given, null, entry.Failure, entry.LeftOut));
            return;
        }
        if (_claims.IsOutput(entry.Path, out var replaces))
        {
            // A file that this run made lies among its inputs. One that it replaced had a content that no one has now.
            if (replaces)
                _ready.Enqueue(new BatchOutcome<TResult>(entry.Given, null, null, "it is an output of this run, which replaced it"));
            return;
        }
        if (TemporaryFile.IsName(Path.GetFileName(entry.Path)))
            _lookAlikes.Add(entry.Path);
        if (Try(entry, () => Claim(entry, _options.OutputFor?.Invoke(entry))) is { } item)
            Try(entry, () => Start(item));
    }

    /// <summary>Takes an outcome that is there already.</summary>
    public bool TryTake([MaybeNullWhen(false)] out BatchOutcome<TResult> outcome)
    {
        if (_ready.TryDequeue(out outcome) || _queue.TryTake(out outcome))
        {
            Totals.Count(outcome);
            return true;
        }
        return false;
    }

    /// <summary>Says that no more inputs come, and gives all outcomes that are left, as they finish.</summary>
    public IEnumerable<BatchOutcome<TResult>> Complete()
    {
        foreach (var outcome in Rest())
            yield return outcome;
        if (_options.CleansLast)
        {
            foreach (var file in _touched.Values)
                Clean(file);
        }
        if (_twins.Count == 0)
            yield break;
        // Now that the first of each pair is written, the disk says whether their names are one.
        _queue.Dispose();
        _queue = NewQueue();
        foreach (var twin in _twins)
        {
            // One at a time: the next can be a twin of this one too.
            if (Try(twin.Entry, () => StartTwin(twin)) is not null && _queue.Take(out var outcome))
                _ready.Enqueue(outcome);
            while (TryTake(out outcome))
                yield return outcome;
        }
    }

    /// <summary>Lets the thread that waits for the work call <see cref="BatchOptions.Waiting"/> at once. For any thread.</summary>
    internal void CallWaiting() => _queue.CallWaiting();

    /// <summary>Stops what is under way and waits until it has cleaned up.</summary>
    public void Dispose()
    {
        _queue.Dispose();
        _lastFolder?.Dispose();
        RemoveEmptyFolders(belowDestination: true);
        _destination?.Dispose();
        RemoveEmptyFolders(belowDestination: false);
    }

    private IEnumerable<BatchOutcome<TResult>> Rest()
    {
        _queue.CompleteAdding();
        while (_ready.TryDequeue(out var outcome) || _queue.Take(out outcome))
        {
            Totals.Count(outcome);
            yield return outcome;
        }
    }

    // Null when it is settled already: given twice, or its output is another's.
    private BatchItem? Claim(SourceEntry entry, string? output)
    {
        if (output is not null)
            OpenDestination(mayMake: false);
        var target = output is null ? null : new FilePlace(output, RootOf(entry));
        var name = target?.FullPath ?? entry.Path;
        var replaces = target is not null && Replaces(entry, target);
        var (first, isTwin) = _claims.TryClaim(name, entry.Path, replaces);
        // Among names that differ from the one that was claimed, equal ones still are one.
        if (isTwin && !_twinNames.TryAdd(name, entry.Path))
            (first, isTwin) = (_twinNames[name], false);
        var item = new BatchItem(entry, output, first, this.ClaimLater) { Target = target };
        if (first is null)
            return item;
        if (first == entry.Path)
            _ready.Enqueue(new BatchOutcome<TResult>(entry.Given, null, null, "it was given twice"));
        else if (isTwin && output is not null)
            _twins.Add(item);
        else if (isTwin)
            return item;
        else
            _ready.Enqueue(Duplicate(entry, first));
        return null;
    }

    // An output may replace an older output, with force, but never an input of the same run: that one is still to come.
    private bool Replaces(SourceEntry entry, FilePlace place)
    {
        var output = place.FullPath;
        try
        {
            if (_files.StatusOf(InOpenFolder(place)) is not { Kind: FileKind.Regular })
                return false;
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Writing(output, failure);
        }
        if (output != entry.Path && _options.IsInput?.Invoke(output) == true)
        {
            throw new EnvelopeException(
                EnvelopeError.DestinationIsSource, $"its output '{output}' is another input of this run, and stays as it is.");
        }
        return true;
    }

    // For an output whose name is known only after its input was opened.
    private void ClaimLater(SourceEntry entry, string output)
    {
        var (first, _) = _claims.TryClaim(Path.GetFullPath(output), entry.Path);
        if (first is not null)
            throw Duplicate(entry, first).Failure!;
    }

    // What every file needs is not a fault of the first: it fails the whole run.
    private void Prepare()
    {
        if (_notReady is not null)
            throw _notReady;
        if (_isPrepared)
            return;
        _isPrepared = true;
        try
        {
            _options.Prepare?.Invoke(_stop).AsTask().GetAwaiter().GetResult();
        }
        catch (EnvelopeException failure)
        {
            _notReady = failure;
            throw;
        }
    }

    // The failure of one file never stops the others.
    private BatchItem? Try(SourceEntry entry, Func<BatchItem?> step)
    {
        try
        {
            return step();
        }
        catch (EnvelopeException failure) when (!ReferenceEquals(failure, _notReady))
        {
            _ready.Enqueue(new BatchOutcome<TResult>(entry.Given, null, failure.About(entry.Given), null));
            return null;
        }
    }

    private BatchItem? Start(BatchItem item)
    {
        Prepare();
        if (item.Target is { } target)
        {
            OpenDestination(mayMake: !_options.ReadOnly);
            if (target.Root != RootOf(item.Entry))
                item = item with { Target = target with { Root = RootOf(item.Entry) } }; // it was not there before
        }
        MakeReady(item.Target ?? item.Entry.Place);
        if (_options.RemovesSources)
            MakeReady(item.Entry.Place);
        while (!_queue.TryAdd(item, item.Entry.Length))
        {
            if (_queue.Take(out var outcome))
                _ready.Enqueue(outcome);
        }
        return item;
    }

    private BatchItem? StartTwin(BatchItem twin)
    {
        try
        {
            return TwinName.IsTaken(_files, new FilePlace(twin.Output!, RootOf(twin.Entry))) ? throw Duplicate(twin.Entry, twin.TwinOf!).Failure! : Start(twin);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Writing(twin.Output!, failure);
        }
    }

    private WorkQueue<BatchItem, BatchOutcome<TResult>> NewQueue() =>
        new(_options.ThrottleLimit, WorkAsync, _stop) { Waiting = _options.Waiting };

    private async Task<BatchOutcome<TResult>> WorkAsync(BatchItem item, CancellationToken cancellationToken)
    {
        try
        {
            return new BatchOutcome<TResult>(item.Entry.Given, await _work(item, cancellationToken), null, null);
        }
        catch (EnvelopeException failure)
        {
            return new BatchOutcome<TResult>(item.Entry.Given, null, failure.About(item.Entry.Given), null);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A fault of ours in one file must not keep the others from being done.
            return new BatchOutcome<TResult>(item.Entry.Given, null, EnvelopeException.From(failure).About(item.Entry.Given), null);
        }
    }

    private static BatchOutcome<TResult> Duplicate(SourceEntry entry, string first) => new(
        entry.Given,
        null,
        new EnvelopeException(EnvelopeError.DuplicateOutput, $"its output would be that of '{first}', which came first.")
            .About(entry.Given),
        null);
}
