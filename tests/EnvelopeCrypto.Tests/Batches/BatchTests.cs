using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Keys.Local;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>Claims, order and end of a run.</summary>
public sealed class BatchTests : IDisposable
{
    private readonly TreeBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Second_input_of_one_output_fails_and_names_the_first(bool force)
    {
        var first = _bench.Write("one/a.txt", "first");
        var second = _bench.Write("two/a.txt", "second");
        var outcomes = _bench.Protect([_bench["one"], _bench["two"]], _bench["vault"], TreeBench.ProtectOptions() with { Force = force });
        outcomes.Of(first).Became(FileOutcome.Protected);
        Assert.Contains(first, outcomes.Of(second).FailedAs(EnvelopeError.DuplicateOutput).Reason, StringComparison.Ordinal);
        _bench.Unprotect(_bench["vault"], _bench["back"]).AllBecame(FileOutcome.Unprotected, 1);
        Assert.Equal("first", File.ReadAllText(_bench["back/a.txt"]));
    }

    [Fact]
    public void File_given_twice_is_worked_on_once()
    {
        var path = _bench.Write("t/a.txt");
        var outcomes = _bench.Protect([_bench["t"], path, _bench["t/../t/a.txt"]]);
        Assert.Equal(3, outcomes.Count);
        Assert.Single(outcomes, outcome => outcome.Result is not null);
        Assert.Equal(2, outcomes.Count(outcome => outcome.LeftOut is not null));
    }

    [Fact]
    public void Case_twins_are_both_kept_where_the_disk_keeps_both()
    {
        WriteTwins("t/a.txt", "t/A.txt", "t/cafe\u0301", "t/caf\u00e9");
        _bench.Protect(_bench["t"], _bench["vault"]).AllBecame(FileOutcome.Protected, 4);
        _bench.Unprotect(_bench["vault"], _bench["back"]).AllBecame(FileOutcome.Unprotected, 4);
        Assert.Equal(_bench.Folder.Content("t"), _bench.Folder.Content("back"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_inputs_of_one_output_that_is_a_twin_are_seen(bool force)
    {
        var (one, two, three) = (_bench["1/a.txt"], _bench["2/A.txt"], _bench["3/A.txt"]);
        WriteTwins("1/a.txt", "2/A.txt", "3/A.txt");
        var outcomes = _bench.Protect(
            [_bench["1"], _bench["2"], _bench["3"], three], _bench["vault"], TreeBench.ProtectOptions() with { Force = force });
        Assert.Equal(4, outcomes.Count);
        outcomes.Of(one).Became(FileOutcome.Protected);
        if (File.Exists(_bench["1/A.txt"]))
        {
            Assert.Contains(one, outcomes.Of(two).FailedAs(EnvelopeError.DuplicateOutput).Reason, StringComparison.Ordinal);
            return;
        }
        outcomes.Of(two).Became(FileOutcome.Protected);
        Assert.All(
            outcomes.Where(outcome => outcome.Path == three),
            outcome => Assert.Contains(two, outcome.FailedAs(EnvelopeError.DuplicateOutput).Reason, StringComparison.Ordinal));
        _bench.Unprotect(_bench["vault"], _bench["back"]).AllBecame(FileOutcome.Unprotected, 2);
        Assert.Equal("2/A.txt", File.ReadAllText(_bench["back/A.txt"]));
    }

    [Fact]
    public void Twin_given_twice_is_worked_on_once_without_outputs_too()
    {
        WriteTwins("t/a", "t/A");
        var worked = new List<string>();
        var outcomes = TreeBench.Run([_bench["t/a"], _bench["t/A"], _bench["t/A"], _bench["t/a"]], new SourceSelection(), new BatchOptions { ThrottleLimit = 1 }, (item, _) =>
        {
            worked.Add(item.Entry.Path);
            return Task.FromResult("done");
        });
        Assert.Equal([_bench["t/A"], _bench["t/a"]], worked.Order(StringComparer.Ordinal).ToList());
        Assert.Equal(4, outcomes.Count);
    }

    [Fact]
    public void Restored_names_are_claimed()
    {
        _bench.Write("one/same.txt", "first");
        _bench.Write("two/same.txt", "second");
        _bench.Protect(_bench["one"]);
        _bench.Protect(_bench["two"]);
        Directory.CreateDirectory(_bench["vault"]);
        File.Move(_bench["one/same.txt.evc"], _bench["vault/1.evc"]);
        File.Move(_bench["two/same.txt.evc"], _bench["vault/2.evc"]);
        foreach (var force in new[] { false, true })
        {
            var outcomes = _bench.Unprotect(_bench["vault"], _bench["back"], new UnprotectOptions { RestoreName = true, Force = force });
            var done = Assert.Single(outcomes, outcome => outcome.Result is not null);
            Assert.Single(outcomes, outcome => outcome.Failure is not null).FailedAs(EnvelopeError.DuplicateOutput);
            Assert.Equal(
                done.Path.EndsWith("1.evc", StringComparison.Ordinal) ? "first" : "second", File.ReadAllText(_bench["back/same.txt"]));
            Directory.Delete(_bench["back"], recursive: true);
        }
    }

    [Fact]
    public void Outputs_met_while_the_tree_is_gone_through_are_no_inputs()
    {
        for (var i = 0; i < 300; i++)
            _bench.Write($"t/{i}.txt");
        var outcomes = _bench.Protect(_bench["t"], how: TreeBench.ProtectOptions() with { AllowNested = true });
        outcomes.AllBecame(FileOutcome.Protected, 300);
        Assert.Equal(600, Directory.GetFiles(_bench["t"]).Length);
    }

    [Fact]
    public void Destination_named_by_way_of_a_link_never_feeds_itself()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links needs a privilege on Windows.");
        for (var i = 0; i < 50; i++)
            _bench.Write($"t/{i}.txt");
        _bench.Folder.Link("link", "t");
        var outcomes = _bench.Protect(_bench["t"], _bench["link/vault"], TreeBench.ProtectOptions() with { AllowNested = true });
        Assert.Equal(50, outcomes.Count(outcome => outcome.Result is not null));
        Assert.Equal(50, Directory.GetFiles(_bench["t/vault"], "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Envelopes_met_as_input_are_skipped()
    {
        _bench.Write("t/a.txt");
        _bench.Protect(_bench["t"]);
        File.Delete(_bench["t/a.txt"]);
        var outcome = Assert.Single(_bench.Protect(_bench["t"]));
        Assert.Equal(FileOutcome.Skipped, outcome.Result?.Status);
        Assert.Null(outcome.Result!.FullName);
        Assert.False(File.Exists(_bench["t/a.txt.evc.evc"]));
    }

    [Fact]
    public void Failure_of_one_file_stops_no_other()
    {
        for (var i = 0; i < 40; i++)
            _bench.Write($"t/{i}.txt");
        _bench.Protect(_bench["t"], _bench["vault"]);
        File.WriteAllText(_bench["vault/7.txt.evc"], "no envelope");
        File.Delete(_bench["vault/8.txt.evc"]);
        Directory.CreateDirectory(_bench["back/9.txt"]);
        var outcomes = _bench.Unprotect(_bench["vault"], _bench["back"], new UnprotectOptions { Force = true });
        outcomes.Of(_bench["vault/7.txt.evc"]).FailedAs(EnvelopeError.NotAnEnvelope);
        outcomes.Of(_bench["vault/9.txt.evc"]).FailedAs(EnvelopeError.OutputFailed);
        Assert.Equal(37, outcomes.Count(outcome => outcome.Result is not null));
    }

    [Fact]
    public void Destination_that_cannot_be_made_ends_the_run_and_is_told_once()
    {
        _bench.Write("t/a");
        _bench.Write("t/b");
        _bench.Write("file");
        var failure = Assert.Throws<EnvelopeException>(() => _bench.Protect(_bench["t"], _bench["file"] + "/vault"));
        Assert.Equal(EnvelopeError.OutputFailed, failure.Error);
        Assert.Contains(_bench["file"] + "/vault", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Source_that_is_read_only_is_protected_and_restored_with_its_mode()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are Unix's.");
        const UnixFileMode readOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead;
        KeyringPlace.Chmod(_bench.Write("t/a.txt"), readOnly);
        _bench.Protect(_bench["t"], _bench["vault"]).AllBecame(FileOutcome.Protected, 1);
        _bench.Unprotect(_bench["vault"], _bench["back"]).AllBecame(FileOutcome.Unprotected, 1);
        Assert.Equal(readOnly, Support.FileStatusOfPath.ModeOf(_bench["back/a.txt"]));
    }

    [Fact]
    public void Totals_count_what_was_taken()
    {
        _bench.Write("t/a");
        _bench.Folder.Make("t/empty");
        using var batch = new Batch<string>(new BatchOptions(), (_, _) => Task.FromResult("done"), CancellationToken.None);
        using var tree = new SourceTree(new SourceSelection { Recurse = true });
        foreach (var entry in tree.Find(_bench["t"]).Concat(tree.Find(_bench["none"])))
            batch.Offer(entry);
        Assert.Equal(3, batch.Complete().Count());
        Assert.Equal((1L, 1L, 1L, 0), (batch.Totals.Done, batch.Totals.Failed, batch.Totals.LeftOut, batch.Totals.NotTried.Count));
    }

    [Fact]
    public void What_if_makes_no_folder_and_writes_nothing()
    {
        _bench.Write("t/sub/a");
        var outcomes = _bench.Protect(
            _bench["t"], _bench["vault"], TreeBench.ProtectOptions() with { WhatIf = true }, batch: new BatchOptions { ReadOnly = true });
        Assert.True(Assert.Single(outcomes).Result!.WhatIf);
        Assert.False(Directory.Exists(_bench["vault"]));
    }

    [Fact]
    public void Kek_that_cannot_be_opened_fails_the_run_and_no_file_of_it()
    {
        for (var i = 0; i < 5; i++)
            _bench.Write($"t/{i}");
        var (opened, worked) = (0, 0);
        var options = new BatchOptions
        {
            Destination = _bench["vault"],
            OutputFor = entry => Path.Combine(_bench["vault"], entry.RelativePath),
            Prepare = _ =>
            {
                opened++;
                throw new EnvelopeException(EnvelopeError.KekNotFound, "gone.");
            },
        };
        using var batch = new Batch<string>(options, (_, _) => Task.FromResult($"{++worked}"), CancellationToken.None);
        using var tree = new SourceTree(new SourceSelection { Recurse = true });
        foreach (var entry in tree.Find(_bench["t"]).Where(entry => entry.IsInput))
        {
            var failure = Assert.Throws<EnvelopeException>(() => batch.Offer(entry));
            Assert.Equal((EnvelopeError.KekNotFound, null), (failure.Error, failure.Path));
        }
        Assert.Empty(batch.Complete());
        Assert.Equal((1, 0), (opened, worked));
        Assert.False(Directory.Exists(_bench["vault"]));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Stop_in_the_middle_begins_no_more_and_leaves_whole_files_only()
    {
        const int workers = 4;
        for (var i = 0; i < 400; i++)
            _bench.Write($"t/{i}.txt", new string('x', 100_000));
        using var stop = new CancellationTokenSource();
        using var session = _bench.Session();
        var operation = new ProtectOperation(session, TreeBench.ProtectOptions());
        var late = 0;
        using var batch = new Batch<FileResult>(
            new BatchOptions
            {
                OutputFor = entry => EnvelopeName.ForEnvelope(Path.Combine(_bench["vault"], entry.RelativePath)),
                Destination = _bench["vault"],
                ThrottleLimit = workers,
            },
            (item, token) =>
            {
                if (token.IsCancellationRequested)
                    Interlocked.Increment(ref late);
                return operation.ProtectFileAsync(item.Entry.Path, item.Output!, progress: null, token);
            },
            stop.Token);
        var taken = 0;
        using var tree = new SourceTree(new SourceSelection { Recurse = true });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() =>
        {
            foreach (var entry in tree.Find(_bench["t"]))
            {
                batch.Offer(entry);
                while (batch.TryTake(out _))
                {
                    if (++taken == 20)
                        stop.Cancel();
                }
            }
            foreach (var _ in batch.Complete())
                taken++;
        }));
        batch.Dispose();
        Assert.InRange(late, 0, workers); // each may have taken its file just before
        Assert.InRange(Directory.GetFiles(_bench["vault"]).Length, 20, 399);
        Assert.All(Directory.GetFiles(_bench["vault"]), path => Assert.EndsWith(".evc", path, StringComparison.Ordinal));
        Assert.All(_bench.Unprotect(_bench["vault"], _bench["back"]), outcome => outcome.Became(FileOutcome.Unprotected));
        // Again, and the rest is done.
        var outcomes = _bench.Protect(_bench["t"], _bench["vault"], TreeBench.ProtectOptions() with { Update = true });
        Assert.Equal(400, outcomes.Count(outcome => outcome.Result?.Status is FileOutcome.Protected or FileOutcome.Unchanged));
        Assert.Contains(outcomes, outcome => outcome.Result!.Status == FileOutcome.Unchanged);
        _bench.Unprotect(_bench["vault"], _bench["back"], new UnprotectOptions { Update = true });
        Assert.Equal(_bench.Folder.Content("t"), _bench.Folder.Content("back"));
    }

    private void WriteTwins(params string[] names)
    {
        foreach (var name in names)
            _bench.Write(name, name);
        Assert.SkipWhen(names.Any(name => File.ReadAllText(_bench[name]) != name), "This disk takes the twins for one file.");
    }
}
