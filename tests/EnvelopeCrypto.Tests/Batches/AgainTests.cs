using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>Runs over a tree that a run went over before: update, force, what a dead run left, and two runs at once.</summary>
public sealed class AgainTests : IDisposable
{
    private static readonly DateTime Earlier = new(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private readonly TreeBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Output_that_exists_is_an_error_and_survives()
    {
        var path = _bench.Write("t/a.txt");
        _bench.Write("vault/a.txt.evc", "precious");
        _bench.Protect(_bench["t"], _bench["vault"]).Of(path).FailedAs(EnvelopeError.DestinationExists);
        Assert.Equal("precious", File.ReadAllText(_bench["vault/a.txt.evc"]));
    }

    [Fact]
    public void Force_replaces()
    {
        _bench.Write("t/a.txt", "new");
        _bench.Write("vault/a.txt.evc", "old");
        _bench.Protect(_bench["t"], _bench["vault"], TreeBench.ProtectOptions() with { Force = true }).AllBecame(FileOutcome.Protected, 1);
        _bench.Write("back/a.txt", "old");
        _bench.Unprotect(_bench["vault"], _bench["back"], new UnprotectOptions { Force = true }).AllBecame(FileOutcome.Unprotected, 1);
        Assert.Equal("new", File.ReadAllText(_bench["back/a.txt"]));
    }

    [Fact]
    public void Update_leaves_alone_what_has_the_same_length_and_time()
    {
        var path = _bench.Write("t/a.txt");
        File.SetLastWriteTimeUtc(path, Earlier.AddTicks(1));
        Update().AllBecame(FileOutcome.Protected, 1);
        var before = File.ReadAllBytes(_bench["vault/a.txt.evc"]);
        Update().AllBecame(FileOutcome.Unchanged, 1);
        Assert.Equal(before, File.ReadAllBytes(_bench["vault/a.txt.evc"]));
    }

    // As cp -p and tar -x leave a file that takes another's place.
    [Fact]
    public void Update_replaces_when_the_source_is_older()
    {
        var path = _bench.Write("t/a.txt", "new");
        Update().AllBecame(FileOutcome.Protected, 1);
        _bench.Write("t/a.txt", "old");
        File.SetLastWriteTimeUtc(path, Earlier);
        Update().AllBecame(FileOutcome.Protected, 1);
        Update().AllBecame(FileOutcome.Unchanged, 1);
        _bench.Unprotect(_bench["vault"], _bench["back"]).AllBecame(FileOutcome.Unprotected, 1);
        Assert.Equal("old", File.ReadAllText(_bench["back/a.txt"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_048_576)] // two slots
    public void Update_replaces_when_the_length_differs_or_the_source_is_newer(int length)
    {
        var path = _bench.Write("t/a.txt", new string('a', length));
        File.SetLastWriteTimeUtc(path, Earlier);
        Update().AllBecame(FileOutcome.Protected, 1);
        _bench.Write("t/a.txt", new string('b', length + 1));
        File.SetLastWriteTimeUtc(path, Earlier);
        Update().AllBecame(FileOutcome.Protected, 1);
        Update().AllBecame(FileOutcome.Unchanged, 1);
        _bench.Write("t/a.txt", new string('c', length + 1));
        File.SetLastWriteTimeUtc(path, Earlier.AddTicks(1));
        Update().AllBecame(FileOutcome.Protected, 1);
        Assert.Equal(Earlier.AddTicks(1), File.GetLastWriteTimeUtc(_bench["vault/a.txt.evc"]));
        _bench.Unprotect(_bench["vault"], _bench["back"]).AllBecame(FileOutcome.Unprotected, 1);
        Assert.Equal(new string('c', length + 1), File.ReadAllText(_bench["back/a.txt"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no envelope at all, but long enough to be the fixed part of one")]
    public void Update_replaces_what_is_no_envelope(string content)
    {
        _bench.Write("t/a.txt");
        _bench.Write("vault/a.txt.evc", content);
        Update().AllBecame(FileOutcome.Protected, 1);
        Update().AllBecame(FileOutcome.Unchanged, 1);
    }

    [Fact]
    public void Update_replaces_an_envelope_that_was_cut_off()
    {
        _bench.Write("t/a.txt", new string('x', 1000));
        Update();
        foreach (var length in new[] { 10, 30, 900 })
        {
            using (var file = new FileStream(_bench["vault/a.txt.evc"], FileMode.Open))
                file.SetLength(length);
            Update().AllBecame(FileOutcome.Protected, 1);
        }
    }

    [Fact]
    public void Update_still_holds_after_a_rewrap()
    {
        _bench.Write("t/a.txt");
        File.SetLastWriteTimeUtc(_bench["t/a.txt"], WallClock.Now.UtcDateTime.AddHours(-1)); // well before it was encrypted
        Update();
        _bench.Keyring.Create("next", KekProtection.Unprotected);
        _bench.Rewrap(_bench["vault"], "local:next").AllBecame(FileOutcome.Rewrapped, 1);
        Update().AllBecame(FileOutcome.Unchanged, 1);
        _bench.Rewrap(_bench["vault"], "local:next").AllBecame(FileOutcome.Unchanged, 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Unprotect_updates_too(bool restoreName)
    {
        var how = new UnprotectOptions { Update = true, RestoreName = restoreName };
        _bench.Write("t/a.txt", "one");
        _bench.Protect(_bench["t"], _bench["vault"]);
        _bench.Unprotect(_bench["vault"], _bench["back"], how).AllBecame(FileOutcome.Unprotected, 1);
        _bench.Unprotect(_bench["vault"], _bench["back"], how).AllBecame(FileOutcome.Unchanged, 1);
        File.WriteAllText(_bench["back/a.txt"], "longer");
        _bench.Unprotect(_bench["vault"], _bench["back"], how).AllBecame(FileOutcome.Unprotected, 1);
        File.SetLastWriteTimeUtc(_bench["back/a.txt"], Earlier);
        _bench.Unprotect(_bench["vault"], _bench["back"], how).AllBecame(FileOutcome.Unprotected, 1);
        Assert.Equal("one", File.ReadAllText(_bench["back/a.txt"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Unprotect_leaves_what_it_restored_alone_after_a_rewrap_too(bool restoreName)
    {
        var how = new UnprotectOptions { Update = true, RestoreName = restoreName };
        _bench.Write("t/a.txt", "one");
        File.SetLastWriteTimeUtc(_bench["t/a.txt"], Earlier);
        _bench.Protect(_bench["t"], _bench["vault"]);
        _bench.Keyring.Create("next", KekProtection.Unprotected);
        _bench.Rewrap(_bench["vault"], "local:next").AllBecame(FileOutcome.Rewrapped, 1);
        _bench.Unprotect(_bench["vault"], _bench["back"], how).AllBecame(FileOutcome.Unprotected, 1);
        var again = _bench.Unprotect(_bench["vault"], _bench["back"], how);
        again.AllBecame(FileOutcome.Unchanged, 1);
        Assert.Equal(3, again[0].Result!.Length);
        File.WriteAllText(_bench["back/a.txt"], "two");
        File.SetLastWriteTimeUtc(_bench["back/a.txt"], Earlier.AddMinutes(1)); // as long, and still older than the envelope
        _bench.Unprotect(_bench["vault"], _bench["back"], how).AllBecame(FileOutcome.Unprotected, 1);
        Assert.Equal("one", File.ReadAllText(_bench["back/a.txt"]));
    }

    [Fact]
    public void Temporary_files_of_a_dead_run_are_removed_and_said()
    {
        _bench.Write("t/sub/a.txt");
        string[] dead = [_bench.Write(Temporary("vault")), _bench.Write(Temporary("vault/sub"))];
        string[] locks = [_bench.Write($"vault/sub/.envelope-{new string('0', 32)}.lock", ""), _bench.Write("vault/gone.evc.lock", "")];
        _bench.Write("t/b.txt");
        string[] others =
        [
            _bench.Write("vault/.envelope-notes.lock"), _bench.Write("vault/.envelope-0123456789abcdef.tmp"), _bench.Write("vault/.envelope-0123456789ABCDEF.tmp"),
            _bench.Write("vault/.envelope-0123456789abcdef01234567.tmp"), _bench.Write("vault/mine.evc.lock"), _bench.Write(Temporary("vault/other")),
        ];
        if (OperatingSystem.IsWindows())
            others = [.. others, .. locks]; // there a lock goes with its holder
        else
            dead = [.. dead, .. locks];
        var cleaned = new List<string>();
        _bench.Protect(_bench["t"], _bench["vault"], batch: new BatchOptions { Cleaned = cleaned.Add }).AllBecame(FileOutcome.Protected, 2);
        Assert.Equal(dead.Order(StringComparer.Ordinal), cleaned.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(dead, File.Exists);
        Assert.All(others, path => Assert.True(File.Exists(path)));
    }

    [Fact]
    public void Locks_that_a_dead_run_left_beside_sources_that_go_are_removed_too()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There a lock goes with its holder.");
        _bench.Write("t/a.txt");
        _bench.Protect(_bench["t"], _bench["vault"]);
        var dead = _bench.Write("vault/gone.evc.lock", "");
        _bench.Unprotect(
            _bench["vault"],
            _bench["back"],
            new UnprotectOptions { RemoveSource = true },
            batch: new BatchOptions { RemovesSources = true }).AllBecame(FileOutcome.Unprotected, 1);
        Assert.False(File.Exists(dead));
    }

    [Fact]
    public void What_if_removes_no_temporary_file()
    {
        _bench.Write("t/a.txt");
        var dead = _bench.Write(Temporary("t"));
        _bench.Protect(_bench["t"], how: TreeBench.ProtectOptions() with { WhatIf = true }, batch: new BatchOptions { ReadOnly = true });
        Assert.True(File.Exists(dead));
    }

    [Theory]
    [InlineData(FileShare.None)]
    [InlineData(FileShare.Delete)]
    public void Temporary_files_of_a_living_run_stay(FileShare share)
    {
        _bench.Write("t/a.txt");
        var path = _bench.Write(Temporary("vault"));
        using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, share))
        {
            _bench.Protect(_bench["t"], _bench["vault"]).AllBecame(FileOutcome.Protected, 1);
            Assert.True(File.Exists(path));
        }
    }

    [Fact]
    public void Temporary_file_that_gets_its_name_only_at_the_end_stays_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Unnamed files are Linux's.");
        using var folder = FileSystem.Default.OpenFolder(_bench.Folder.Path);
        var made = FileSystem.Default.CreateTemporary(folder);
        using (made.Handle)
        {
            Assert.SkipUnless(made.Name is null, "This disk has no unnamed files.");
            var name = OperatingSystem.IsLinux() ? LinuxFileSystem.NameTemporarily(made.Handle, folder) : "";
            Assert.False(DeadFiles.TryRemove(FileSystem.Default, folder, name));
            Assert.True(File.Exists(folder.PathOf(name)));
        }
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public Task Pipe_or_link_with_a_temporary_name_is_neither_opened_nor_removed() => Task.Run(() =>
    {
        _bench.Write("t/a.txt");
        _bench.Write("precious");
        _bench.Folder.Shell($"mkdir vault; mkfifo {Temporary("vault")}; ln -s ../precious {Temporary("vault")}");
        _bench.Protect(_bench["t"], _bench["vault"]).AllBecame(FileOutcome.Protected, 1);
        Assert.Equal(3, Directory.GetFileSystemEntries(_bench["vault"]).Length);
        Assert.True(File.Exists(_bench["precious"]));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_runs_at_once_over_one_tree_end_well(bool force)
    {
        const int count = 300;
        for (var i = 0; i < count; i++)
            _bench.Write($"t/{i % 7}/{i}.txt", $"{i}");
        var how = TreeBench.ProtectOptions() with { Force = force };
        var runs = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => Task.Run(() => _bench.Protect(_bench["t"], _bench["vault"], how))));
        var outcomes = runs.SelectMany(run => run).ToList();
        Assert.Equal(2 * count, outcomes.Count);
        Assert.All(outcomes.Where(outcome => outcome.Failure is not null), outcome => outcome.FailedAs(EnvelopeError.DestinationExists));
        Assert.Equal(force ? 2 * count : count, outcomes.Count(outcome => outcome.Result?.Status == FileOutcome.Protected));
        AssertVaultIsWhole(count);
    }

    [Fact]
    public async Task Two_rewraps_at_once_over_one_tree_end_well()
    {
        const int count = 100;
        for (var i = 0; i < count; i++)
            _bench.Write($"t/{i % 7}/{i}.txt", $"{i}");
        _bench.Write("t/large", new string('x', 1_100_000));
        _bench.Protect(_bench["t"], _bench["vault"]);
        _bench.Keyring.Create("next", KekProtection.Unprotected);
        var runs = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => _bench.Rewrap(_bench["vault"], "local:next"))));
        // What the other run holds for a moment is left out by its name or, being an envelope of ours, done after it.
        var outcomes = runs.SelectMany(run => run).Where(
            outcome => outcome.LeftOut is null && outcome.Path.EndsWith(".evc", StringComparison.Ordinal)).ToList();
        Assert.All(outcomes, outcome => Assert.True(outcome.Result is not null, outcome.Failure?.Message));
        Assert.Equal(count + 1, outcomes.Count(outcome => outcome.Result!.Status == FileOutcome.Rewrapped));
        _bench.Keyring.Remove("trees");
        AssertVaultIsWhole(count + 1);
    }

    private List<BatchOutcome<FileResult>> Update() =>
        _bench.Protect(_bench["t"], _bench["vault"], TreeBench.ProtectOptions() with { Update = true });

    private void AssertVaultIsWhole(int count)
    {
        Assert.Equal(count, Directory.GetFiles(_bench["vault"], "*", SearchOption.AllDirectories).Length);
        _bench.Unprotect(_bench["vault"], _bench["back"]).AllBecame(FileOutcome.Unprotected, count);
        Assert.Equal(_bench.Folder.Content("t"), _bench.Folder.Content("back"));
    }

    private static string Temporary(string folder) => Path.Join(folder, TemporaryFile.NewName());
}
