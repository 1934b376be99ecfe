using EnvelopeCrypto.Files;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>Sources that do not hold still: never an envelope of a mixture.</summary>
public sealed class ChangingSourceTests : IDisposable
{
    private const int Length = 5_000_000;

    private readonly TreeBench _bench = new();
    private readonly string _source;

    public ChangingSourceTests()
    {
        _source = _bench.Write("t/moving");
        File.WriteAllBytes(_source, SampleBytes.Of(Length));
        _bench.Write("t/still.txt");
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void File_that_grows_is_refused() => Refuses(() =>
    {
        using var file = new FileStream(_source, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        file.WriteByte(1);
    });

    [Fact]
    public void File_that_shrinks_is_refused() => Refuses(() =>
    {
        using var file = new FileStream(_source, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(Length / 2);
    });

    [Fact]
    public void File_that_is_emptied_is_refused() => Refuses(() =>
    {
        using var file = new FileStream(_source, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(0);
    });

    [Fact]
    public void File_that_changes_at_the_same_length_is_refused() => Refuses(() =>
    {
        using var file = new FileStream(_source, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = Length - 1;
        file.WriteByte(77);
    });

    [Fact]
    public void File_that_vanishes_is_refused() => Refuses(() => File.Delete(_source));

    [Fact]
    public void File_that_is_replaced_by_another_is_refused() => Refuses(() =>
    {
        var time = File.GetLastWriteTimeUtc(_source);
        File.WriteAllBytes(_bench["new"], SampleBytes.Of(Length, seed: 2));
        File.SetLastWriteTimeUtc(_bench["new"], time);
        Successor.Takes(_bench["new"], _source);
    });

    [Fact]
    public void File_that_grows_as_fast_as_it_is_read_is_given_up()
    {
        var calls = 0;
        var outcomes = Protect(() =>
        {
            if (++calls > 40)
                return;
            using var file = new FileStream(_source, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            file.Write(SampleBytes.Of(1_500_000));
        });
        outcomes.Of(_source).FailedAs(EnvelopeError.SourceChanged);
        Assert.InRange(calls, 1, 10);
    }

    [Fact]
    public void File_that_vanished_before_it_was_opened_is_not_found()
    {
        var outcomes = Protect(() => { }, () => File.Delete(_source));
        outcomes.Of(_source).FailedAs(EnvelopeError.SourceNotFound);
        AssertOnlyTheOther(outcomes);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public Task File_that_became_a_pipe_is_refused_and_not_opened() => Task.Run(() =>
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo is of Linux.");
        var outcomes = Protect(() => { }, () => _bench.Folder.Shell("rm t/moving; mkfifo t/moving"));
        outcomes.Of(_source).FailedAs(EnvelopeError.SourceNotAFile);
        AssertOnlyTheOther(outcomes);
    });

    [Fact]
    public void Old_envelope_survives_a_source_that_changes()
    {
        _bench.Protect(_bench["t"], _bench["vault"]).AllBecame(FileOutcome.Protected, 2);
        var before = File.ReadAllBytes(_bench["vault/moving.evc"]);
        Protect(() => File.AppendAllText(_source, "more"), force: true).Of(_source).FailedAs(EnvelopeError.SourceChanged);
        Assert.Equal(before, File.ReadAllBytes(_bench["vault/moving.evc"]));
    }

    private void Refuses(Action change)
    {
        var outcomes = Protect(change);
        outcomes.Of(_source).FailedAs(EnvelopeError.SourceChanged);
        AssertOnlyTheOther(outcomes);
    }

    private void AssertOnlyTheOther(List<BatchOutcome<FileResult>> outcomes)
    {
        outcomes.Of(_bench["t/still.txt"]).Became(FileOutcome.Protected);
        Assert.Equal("still.txt.evc", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(_bench["vault"]))));
    }

    // The change comes after the first bytes were read; of the other before it is opened.
    private List<BatchOutcome<FileResult>> Protect(Action change, Action? before = null, bool force = false)
    {
        using var session = _bench.Session();
        var operation = new ProtectOperation(session, TreeBench.ProtectOptions() with { Force = force });
        return TreeBench.Run(
            [_bench["t"]],
            new SourceSelection { Recurse = true },
            new BatchOptions
            {
                OutputFor = entry => EnvelopeName.ForEnvelope(Path.Combine(_bench["vault"], entry.RelativePath)),
                Destination = _bench["vault"],
            },
            (item, stop) =>
            {
                var isMoving = item.Entry.Path == _source;
                if (isMoving)
                    before?.Invoke();
                return operation.ProtectFileAsync(item.Entry.Path, item.Output!, _ => { if (isMoving) change(); }, stop);
            });
    }
}
