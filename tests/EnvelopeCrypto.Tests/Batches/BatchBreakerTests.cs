using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Keys;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>A KEK that fails is not asked again for each file; files with another way in still open.</summary>
public sealed class BatchBreakerTests : IDisposable
{
    private const int Count = 6;

    private readonly TreeBench _bench = new();
    private readonly ScriptedKekProvider _service = new("service", UnwrapPriority.Here);
    private BatchTotals? _totals;

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(EnvelopeError.KekNotFound)]
    [InlineData(EnvelopeError.KekVersionNotFound)]
    [InlineData(EnvelopeError.PrivateKeyMissing)]
    [InlineData(EnvelopeError.KeyringPassphraseWrong)]
    public void Kek_that_failed_is_not_asked_again(EnvelopeError error)
    {
        var outcomes = Unprotect(error, "service:a");
        Assert.Single(_service.Calls);
        Assert.Single(outcomes, outcome => outcome.Failure?.Error == error);
        Assert.Equal(Count - 1, outcomes.Count(outcome => outcome.Failure?.Error == EnvelopeError.NotTried));
        Assert.Equal((0L, (long)Count), (_totals!.Done, _totals.Failed));
        Assert.Equal(
            outcomes.Where(outcome => outcome.Failure?.Error == EnvelopeError.NotTried).Select(outcome => outcome.Path).ToList(),
            [.. _totals.NotTried]);
        Assert.False(Directory.Exists(_bench["back"])); // an empty folder would look like a restore
    }

    [Fact]
    public void Folder_that_was_there_stays_when_nothing_is_restored()
    {
        Directory.CreateDirectory(_bench["back"]);
        Unprotect(EnvelopeError.KekNotFound, "service:a");
        Assert.Empty(Directory.EnumerateFileSystemEntries(_bench["back"]));
    }

    [Fact]
    public void Files_with_another_way_in_still_open()
    {
        Assert.All(Unprotect(EnvelopeError.KekNotFound, "service:a", TreeBench.Kek), outcome => outcome.Became(FileOutcome.Unprotected));
        Assert.Single(_service.Calls);
        Assert.Empty(_totals!.NotTried);
    }

    [Fact]
    public void Where_no_error_says_why_files_were_not_tried_their_count_does()
    {
        Protect("1", "service:a", TreeBench.Kek);
        Protect("2", "service:a");
        _service.UnwrapFailure = new EnvelopeException(EnvelopeError.KekNotFound, "gone.");
        Unprotect();
        Assert.Equal(((long)Count, Count), (_totals!.Done, _totals.NotTried.Count));
        Assert.Contains("gone.", _totals.NotTriedFailure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EnvelopeError.WrappedKeyInvalid)]
    [InlineData(EnvelopeError.CommitmentMismatch)]
    [InlineData(EnvelopeError.ContextMismatch)]
    public void What_is_a_files_own_fault_stops_no_other(EnvelopeError error)
    {
        var outcomes = Unprotect(error, "service:a");
        Assert.Equal(Count, _service.Calls.Count);
        Assert.All(outcomes, outcome => Assert.Equal(error, outcome.Failure?.Error));
        Assert.Empty(_totals!.NotTried);
    }

    [Fact]
    public void Other_kek_of_the_same_place_is_still_asked()
    {
        Protect("1", "service:a");
        Protect("2", "service:b");
        _service.UnwrapFailure = new EnvelopeException(EnvelopeError.KekNotFound, "gone.");
        var outcomes = Unprotect();
        Assert.Equal(["unwrap service:a", "unwrap service:b"], _service.Calls.Order(StringComparer.Ordinal).ToList());
        Assert.Equal(2 * (Count - 1), _totals!.NotTried.Count);
        Assert.Equal(2 * Count, outcomes.Count);
    }

    private List<BatchOutcome<FileResult>> Unprotect(EnvelopeError error, params string[] keks)
    {
        Protect("", keks);
        _service.UnwrapFailure = new EnvelopeException(error, "no.");
        return Unprotect();
    }

    private void Protect(string name, params string[] keks)
    {
        for (var i = 0; i < Count; i++)
            _bench.Write($"t/{name}/{i}.txt");
        using var session = _bench.Session(_service);
        var operation = new ProtectOperation(session, new ProtectOptions { Keks = [.. keks.Select(KekReference.Parse)] });
        TreeBench.Run(
            [_bench["t/" + name]],
            new SourceSelection { Recurse = true },
            new BatchOptions
            {
                OutputFor = entry => EnvelopeName.ForEnvelope(Path.Combine(_bench["vault"], name, entry.RelativePath)),
                Destination = _bench["vault"],
            },
            (item, stop) => operation.ProtectFileAsync(item.Entry.Path, item.Output!, progress: null, stop)).AllBecame(FileOutcome.Protected, Count);
    }

    private List<BatchOutcome<FileResult>> Unprotect()
    {
        using var session = _bench.Session(_service);
        var operation = new UnprotectOperation(session, new UnprotectOptions());
        using var batch = new Batch<FileResult>(
            new BatchOptions
            {
                ThrottleLimit = 1,
                OutputFor = entry => EnvelopeName.ForPlaintext(Path.Combine(_bench["back"], entry.RelativePath)),
                Destination = _bench["back"],
            },
            (item, stop) => operation.UnprotectFileAsync(item.Entry.Path, item.Output!, progress: null, stop),
            CancellationToken.None);
        using var tree = new SourceTree(new SourceSelection { Recurse = true, EnvelopesOnly = true });
        foreach (var entry in tree.Find(_bench["vault"]))
            batch.Offer(entry);
        var outcomes = batch.Complete().ToList();
        _totals = batch.Totals;
        return outcomes;
    }
}
