using System.Text;
using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Calls;
using EnvelopeCrypto.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Tests.Audit;

/// <summary>How lines come into the log: whole, in one chain, from several writers, after a crash and on a full disk.</summary>
public sealed class AuditLogTests : IDisposable
{
    private const long TinyFile = 2048;

    private readonly AuditBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Log_is_for_its_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        await _bench.WriteAsync(1, maxSize: 1);
        foreach (var file in Directory.GetFiles(_bench.Folder))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, FileStatus.Of(file)!.Value.Mode);
    }

    [Fact]
    public async Task Several_writers_at_once_make_one_chain()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            using var observer = _bench.OpenObserver(maxSize: 20 * TinyFile);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AuditBench.UseAsync(observer, 25)));
        })));
        var verdict = await _bench.VerifyAsync();
        Assert.True(verdict.Valid, verdict.Reason);
        Assert.True(verdict.Files.Count > 2);
        Assert.Equal(6 * 4 * 25 * 2, verdict.Count - verdict.Files.Count);
        Assert.Equal(6 * 4 * 25, _bench.Records().Count(record => record.Outcome == AuditOutcome.Started));
    }

    [Fact]
    public async Task Writers_and_readers_that_come_while_a_file_is_closed_are_not_refused()
    {
        using var observer = _bench.OpenObserver(maxSize: 1);
        await AuditBench.UseAsync(observer);
        var closing = Task.Run(() => AuditBench.UseAsync(observer, 200), TestContext.Current.CancellationToken);
        while (!closing.IsCompleted)
        {
            using (var other = _bench.OpenObserver(maxSize: 1))
                await AuditBench.UseAsync(other);
            _bench.Records();
        }
        await closing;
        Assert.True((await _bench.VerifyAsync()).Valid);
    }

    [Fact]
    public async Task Each_outcome_names_its_intent()
    {
        await _bench.WriteAsync(3);
        var records = _bench.Records();
        Assert.Equal([2, 4, 6], records.Where(record => record.Outcome == AuditOutcome.Done).Select(record => record.Intent!.Value));
        Assert.All(records.Where(record => record.Outcome == AuditOutcome.Started), record => Assert.Null(record.Intent));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("service:audit")]
    public async Task Chain_goes_on_in_a_new_file(string? kek)
    {
        var verdict = await _bench.WriteAsync(20, kek, TinyFile);
        Assert.True(verdict.Valid, verdict.Reason);
        Assert.True(verdict.Files.Count > 5);
        Assert.Equal(40 + verdict.Files.Count, verdict.Count);
        var first = AuditLine.Parse(Encoding.UTF8.GetBytes(_bench.Lines()[0]));
        Assert.Equal(Path.GetFileName(verdict.Files[^2]), first.Header!.Continues);
        Assert.EndsWith($".{first.Number - 1:D16}", verdict.Files[^2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chain_goes_on_after_a_process_that_died_between_two_files()
    {
        var before = await _bench.WriteAsync(3);
        File.Move(_bench.Log, AuditFiles.ClosedName(_bench.Log, before.Count));
        var after = await _bench.WriteAsync(1);
        Assert.True(after.Valid, after.Reason);
        Assert.Equal(before.Count + 3, after.Count);
    }

    [Fact]
    public async Task File_that_somebody_gave_the_newest_name_is_not_gone_on_from()
    {
        await _bench.WriteAsync(1);
        var stranger = AuditFiles.ClosedName(_bench.Log, 9_999_999_999_999_999);
        await File.WriteAllTextAsync(stranger, "somebody else's\n", TestContext.Current.CancellationToken);
        using (var observer = _bench.OpenObserver(maxSize: TinyFile))
            await AuditBench.UseAsync(observer, 10);
        Assert.False((await _bench.VerifyAsync()).Valid);
        File.Delete(stranger);
        Assert.True((await _bench.VerifyAsync()).Valid);
    }

    [Fact]
    public async Task Text_that_no_reader_would_take_is_not_written()
    {
        var before = await _bench.WriteAsync(1);
        using var observer = _bench.OpenObserver();
        var use = new KekUse(KekOperation.Create, new string('k', AuditLimits.MaxTextLength + 1), Path: null, EncryptionContext.Empty);
        await Refused.AsAsync(EnvelopeError.AuditLogUnusable, async () => await observer.OnStartingAsync(use, CancellationToken.None));
        Assert.Equal(before.Head, (await _bench.VerifyAsync()).Head);
    }

    [Theory]
    [InlineData("/data/new\nline")]
    [InlineData("/data/\"quote\\")]
    [InlineData("/data/\ud83d\ude00\u202e\u0085\u2028")]
    [InlineData("/data/half\ud83d")]
    public async Task Any_name_makes_one_sound_line(string path)
    {
        using (var observer = _bench.OpenObserver())
            await AuditBench.UseAsync(observer, 1, path);
        Assert.True((await _bench.VerifyAsync()).Valid);
        Assert.Equal(3, _bench.Lines().Length);
        var full = Path.GetFullPath(path);
        Assert.StartsWith(
            full.Replace('\ud83d', full.EndsWith('\ud83d') ? '\ufffd' : '\ud83d'), _bench.Records()[0].File, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_a_line_is_kept_and_told_of_and_nothing_is_chained_onto_it()
    {
        var before = await _bench.WriteAsync(1);
        var half = _bench.Tear();
        Assert.Equal(AuditFault.Torn, (await _bench.VerifyAsync()).Fault);

        var after = await _bench.WriteAsync(1);
        Assert.True(after.Valid, after.Reason);
        Assert.Equal(1, after.Torn);
        Assert.Equal(before.Count + 3, after.Count);
        var torn = AuditLine.Parse(Encoding.UTF8.GetBytes(_bench.Lines()[(int)before.Count])).Torn!;
        Assert.Equal(half.Length, torn.Length);
        Assert.Equal(half, torn.Bytes);
    }

    [Fact]
    public async Task Half_a_line_of_any_length_is_told_of()
    {
        await _bench.WriteAsync(1);
        await File.AppendAllTextAsync(_bench.Log, new string('x', 3 * AuditLimits.MaxTornKept), TestContext.Current.CancellationToken);
        var verdict = await _bench.WriteAsync(1);
        Assert.True(verdict.Valid, verdict.Reason);
        Assert.Equal(1, verdict.Torn);
        Assert.DoesNotContain(_bench.Lines(), line => line.StartsWith('x'));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("service:audit")]
    public async Task Writer_does_not_go_on_after_a_line_that_was_changed(string? kek)
    {
        await _bench.WriteAsync(2, kek);
        var lines = _bench.Lines();
        _bench.SetLines([.. lines[..^1], lines[^1].Replace("Done", "Failed\",\"error\":\"NotTried", StringComparison.Ordinal)]);
        await RefusesAsync(EnvelopeError.AuditLogDamaged, kek);
    }

    [Fact]
    public async Task Line_that_somebody_made_himself_is_found_out_by_the_key()
    {
        await _bench.WriteAsync(2, "service:audit");
        var lines = _bench.Lines();
        _bench.SetLines([.. lines[..^1], AuditBench.Forge(lines[^1], "file1", "file7")]);
        await RefusesAsync(EnvelopeError.AuditLogDamaged, "service:audit");
        Assert.Equal(AuditFault.Changed, (await _bench.VerifyAsync("service:audit")).Fault);
    }

    [Theory]
    [InlineData("not a log at all\n")]
    [InlineData("half a line")]
    [InlineData("\n")]
    public async Task File_that_is_no_log_is_left_alone(string content)
    {
        await File.WriteAllTextAsync(_bench.Log, content, TestContext.Current.CancellationToken);
        await RefusesAsync(EnvelopeError.AuditLogDamaged);
        Assert.Equal(content, await File.ReadAllTextAsync(_bench.Log, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Chain_without_a_key_is_not_gone_on_where_one_is_wanted_and_the_other_way_round()
    {
        await _bench.WriteAsync(1);
        await RefusesAsync(EnvelopeError.AuditLogUnusable, "service:audit");
        File.Delete(_bench.Log);
        await _bench.WriteAsync(1, "service:audit");
        await RefusesAsync(EnvelopeError.AuditLogUnusable, "service:other");
    }

    [Fact]
    public async Task Link_is_refused_wherever_it_leads()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        await _bench.WriteAsync(1);
        File.Move(_bench.Log, _bench["elsewhere"]);
        File.CreateSymbolicLink(_bench.Log, _bench["elsewhere"]);
        await RefusesAsync(EnvelopeError.AuditLogUnusable);
        File.Delete(_bench["elsewhere"]);
        await RefusesAsync(EnvelopeError.AuditLogUnusable);
        Assert.False(File.Exists(_bench["elsewhere"]));
    }

    [Fact]
    public async Task Pipe_is_refused_and_not_waited_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo is of Linux.");
        UnixTool.Run("mkfifo", _bench.Log);
        await RefusesAsync(EnvelopeError.AuditLogUnusable);
    }

    [Fact]
    public async Task Lock_that_is_a_link_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        File.CreateSymbolicLink(AuditLock.PathFor(_bench.Log), _bench["victim"]);
        await RefusesAsync(EnvelopeError.AuditLogUnusable);
        Assert.False(File.Exists(_bench["victim"]));
    }

    [Fact]
    public async Task Lock_whose_name_is_anothers_by_now_is_not_held()
    {
        using var held = await AuditLock.AcquireAsync(_bench.Log, TimeProvider.System, CancellationToken.None, new Exchanging());
        Assert.True(held.HasItsName());
    }

    [Fact]
    public async Task Lock_that_somebody_removes_before_the_write_is_taken_again()
    {
        using var keys = new AuditKeys(kek: null, () => throw new InvalidOperationException("No KEK is needed."));
        using var file = new AuditFile(_bench.Log, AuditLimits.UsualFileSize, keys, new RemovingLock(AuditLock.PathFor(_bench.Log)));
        await file.AppendAsync([], CancellationToken.None);
        Assert.True(File.Exists(AuditLock.PathFor(_bench.Log)));
    }

    [Fact]
    public async Task Folder_that_is_not_there_refuses_the_use()
    {
        using var keys = new AuditKeys(kek: null, () => throw new InvalidOperationException("No KEK is needed."));
        using var file = new AuditFile(_bench["missing/audit.log"], AuditLimits.UsualFileSize, keys, TimeProvider.System);
        await Refused.AsAsync(EnvelopeError.OutputFailed, async () => await file.AppendAsync([], CancellationToken.None));
    }

    [Fact]
    public async Task Full_disk_refuses_uses_and_leaves_whole_lines()
    {
        using var disk = new SmallDisk(_bench["disk"], kibibytes: 64);
        var log = Path.Combine(_bench["disk"], "audit.log");
        using var keys = new AuditKeys(kek: null, () => throw new InvalidOperationException("No KEK is needed."));
        using var observer = new AuditObserver(
            new AuditLog(new AuditFile(log, AuditLimits.UsualFileSize, keys, TimeProvider.System), keys), TimeProvider.System);
        var failure = await Refused.AsAsync(EnvelopeError.DiskFull, () => AuditBench.UseAsync(observer, 1000));
        Assert.Equal(log, failure.Path);
        var verdict = await _bench.VerifyAsync(log: log);
        Assert.True(verdict.Valid, verdict.Reason);
        Assert.Equal(0, verdict.Torn);
        Assert.True(verdict.Count > 20);
    }

    [Fact]
    public async Task Log_that_became_shorter_is_gone_on_from_where_it_ends()
    {
        using var observer = _bench.OpenObserver();
        await AuditBench.UseAsync(observer, 3);
        var head = (await _bench.VerifyAsync()).Head;
        _bench.SetLines(_bench.Lines()[..3]);
        await AuditBench.UseAsync(observer);
        var verdict = await _bench.VerifyAsync();
        Assert.Equal((true, 5L), (verdict.Valid, verdict.Count));
        Assert.Equal(AuditFault.CutOff, (await _bench.VerifyAsync(expectedHead: head)).Fault);
    }

    [Fact]
    public async Task Caller_who_gives_up_waits_for_nobody()
    {
        using var observer = _bench.OpenObserver();
        await using var held = new FileStream(AuditLock.PathFor(_bench.Log), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        using var stop = new CancellationTokenSource();
        var use = new KekUse(KekOperation.Wrap, "local:a", "/x", EncryptionContext.Empty);
        var waiting = observer.OnStartingAsync(use, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        observer.Dispose(); // which does not wait for the lock either
        Assert.False(File.Exists(_bench.Log));
    }

    [Fact]
    public async Task Key_of_the_chain_is_asked_for_once_by_each_writer()
    {
        await _bench.WriteAsync(20, "service:audit", TinyFile);
        Assert.Equal(1, _bench.Service.Count("wrap"));
        Assert.Equal(1, _bench.Service.Count("unwrap")); // the verification's
    }

    private async Task RefusesAsync(EnvelopeError error, string? kek = null)
    {
        using var observer = _bench.OpenObserver(kek);
        var failure = await Refused.AsAsync(error, () => AuditBench.UseAsync(observer));
        Assert.NotNull(failure.Path ?? failure.Message);
    }

    // Windows lets nobody remove a lock that is held.
    private static bool Removes(string heldLock)
    {
        if (OperatingSystem.IsWindows())
            Assert.Throws<IOException>(() => File.Delete(heldLock));
        else
            File.Delete(heldLock);
        return !OperatingSystem.IsWindows();
    }

    // What somebody does who tidies up locks: the file goes when it was opened, and the next writer makes his under the same name.
    private sealed class Exchanging : ObservedFileSystem
    {
        private bool _done;

        public override SafeFileHandle OpenLock(Folder folder, string name, bool keepsName)
        {
            var opened = base.OpenLock(folder, name, keepsName);
            var path = folder.PathOf(name);
            if (!_done && Removes(path))
                File.WriteAllBytes(path, []);
            _done = true;
            return opened;
        }
    }

    // A log that begins asks for the time while its lock is held.
    private sealed class RemovingLock(string path) : TimeProvider
    {
        private bool _done;

        public override DateTimeOffset GetUtcNow()
        {
            if (!_done)
                Removes(path);
            _done = true;
            return base.GetUtcNow();
        }
    }
}
