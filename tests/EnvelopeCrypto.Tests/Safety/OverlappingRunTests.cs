using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>Two runs replace or remove the same envelope at once. Whatever their order, what is left holds the newer source.</summary>
public sealed class OverlappingRunTests : IDisposable
{
    private static readonly byte[] Older = SampleBytes.Of(1000);
    private static readonly byte[] Newer = SampleBytes.Of(1500, seed: 2);

    private readonly FileBench _bench = new();
    private Task<FileResult>? _other;

    private string Source => _bench.Folder["data.bin"];

    private string Envelope => _bench.Folder["data.bin.evc"];

    public void Dispose() => _bench.Dispose();

    // The other run comes at each moment of the first, from its first call to its last.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Protect_during_a_rewrap_beside_is_not_undone(bool rotateDataKey)
    {
        var options = new RewrapOptions { NewKeks = _bench.Keks("local:b"), RotateDataKey = rotateDataKey };
        await AtEachCallAsync(
            () => _bench.EnvelopeAsync(Older, "local:a"),
            files => _bench.Rewrapping(options, files).RewrapFileAsync(Envelope, CancellationToken.None),
            WriteNewer);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Protect_that_read_an_older_source_does_not_replace_the_newer_envelope(bool removeSource) => await AtEachCallAsync(
        async () =>
        {
            await _bench.EnvelopeAsync(SampleBytes.Of(5), "local:a");
            _bench.Folder.Write("data.bin", Older);
        },
        files => Protecting(removeSource, files).ProtectFileAsync(Source, Envelope, progress: null, CancellationToken.None),
        WriteNewer);

    [Fact]
    public async Task Unprotect_removes_no_newer_envelope() => await AtEachCallAsync(
        () => _bench.EnvelopeAsync(Older, "local:a"),
        files => _bench.Unprotecting(new UnprotectOptions { RemoveSource = true }, files)
            .UnprotectFileAsync(Envelope, _bench.Folder["back"], progress: null, CancellationToken.None),
        WriteNewer);

    [Fact]
    public async Task Envelope_stays_locked_until_its_source_is_gone()
    {
        _bench.Folder.Write("data.bin", Older);
        var locked = new List<bool>();
        var files = new ScriptedFileSystem();
        files.Before = (call, _) =>
        {
            if (call is "FlushFolder" or "Remove" or "ReleaseLock")
                locked.Add(File.Exists(EnvelopeName.LockFor(Envelope)));
        };
        await Protecting(removeSource: true, files).ProtectFileAsync(Source, Envelope, progress: null, CancellationToken.None);
        Assert.True(locked.Count >= 4 && locked.TrueForAll(held => held), $"{string.Join(", ", locked)}: the last is the call for the lock itself");
        Assert.Equal(["data.bin.evc"], FileBench.NamesIn(_bench.Folder.Path));
    }

    [Fact]
    public async Task Envelope_that_is_removed_is_locked_while_it_is_compared()
    {
        await _bench.EnvelopeAsync(Older, "local:a");
        var locked = new List<bool>();
        var files = new ScriptedFileSystem();
        files.Before = (call, _) =>
        {
            if (call == "Remove")
                locked.Add(File.Exists(EnvelopeName.LockFor(Envelope)));
        };
        await _bench.Unprotecting(new UnprotectOptions { RemoveSource = true }, files).UnprotectFileAsync(
            Envelope, _bench.Folder["back"], progress: null, CancellationToken.None);
        Assert.True(Assert.Single(locked));
        Assert.Equal(["back"], FileBench.NamesIn(_bench.Folder.Path));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Envelope_in_use_is_waited_for_and_then_left_alone(bool removeSource, bool fromPipe)
    {
        await _bench.EnvelopeAsync(Older, "local:a");
        var source = _bench.Folder.Write("data.bin", Newer);
        using var held = await FileLock.AcquireAsync(
            EnvelopeName.LockFor(Envelope), TimeSpan.Zero, TimeProvider.System, CancellationToken.None);
        var protecting = new ProtectOperation(_bench.Session, Options(removeSource), new ImpatientTime(), FileSystem.Default);
        await _bench.RefusesAsync(EnvelopeError.EnvelopeBusy, fromPipe ? Envelope : source, async () =>
        {
            await using var pipe = new MemoryStream(Newer);
            await (fromPipe
                ? protecting.ProtectStreamToFileAsync(pipe, Envelope, progress: null, CancellationToken.None)
                : protecting.ProtectFileAsync(source, Envelope, progress: null, CancellationToken.None));
        });
    }

    // The way of ten thousand small files: no lock is made for each.
    [Fact]
    public async Task New_envelope_needs_no_lock()
    {
        _bench.Folder.Write("data.bin", Older);
        var calls = new List<string>();
        var files = new ScriptedFileSystem { Before = (call, _) => calls.Add(call) };
        await Protecting(removeSource: false, files).ProtectFileAsync(Source, Envelope, progress: null, CancellationToken.None);
        Assert.Equal(0, calls.Count(call => call == "OpenLock"));
        Assert.Equal(1, calls.Count(call => call == "Publish"));
    }

    private ProtectOptions Options(bool removeSource) => new() { Keks = _bench.Keks("local:a"), Force = true, RemoveSource = removeSource };

    private ProtectOperation Protecting(bool removeSource, FileSystem files) => _bench.Protecting(Options(removeSource), files);

    // A newer source takes the place of the older one, is protected, and goes.
    private Task<FileResult> WriteNewer(FileSystem files)
    {
        Successor.Takes(_bench.Folder.Write("newer", Newer), Source);
        return Protecting(removeSource: true, files).ProtectFileAsync(Source, Envelope, progress: null, CancellationToken.None);
    }

    private async Task AtEachCallAsync(
        Func<Task> prepare, Func<FileSystem, Task<FileResult>> first, Func<FileSystem, Task<FileResult>> second)
    {
        for (var at = 1; ; at++)
        {
            await prepare();
            var files = new ScriptedFileSystem { Before = (_, count) => StartAt(at, count, second) };
            _other = null;
            await OnItsOwnThread(() => DoneOrRefusedAsync(first(files)));
            if (_other is null)
                return;
            // The one that came second waited for the first, or was done before that went on.
            Assert.True((await _other).SourceRemoved);
            Assert.Equal(
                Newer, File.Exists(Envelope) ? await _bench.OpenAsync(Envelope) : await File.ReadAllBytesAsync(_bench.Folder["back"]));
            File.Delete(Envelope);
            File.Delete(_bench.Folder["back"]);
            Assert.Empty(FileBench.NamesIn(_bench.Folder.Path));
        }
    }

    private void StartAt(int at, int count, Func<FileSystem, Task<FileResult>> second)
    {
        if (count != at)
            return;
        var waits = new TaskCompletionSource();
        var tries = 0;
        var files = new ScriptedFileSystem
        {
            Before = (call, _) =>
            {
                if (call == "OpenLock" && ++tries == 2)
                    waits.TrySetResult(); // the first try was in vain
            },
        };
        _other = OnItsOwnThread(() => second(files));
        Task.WaitAny(_other, waits.Task);
    }

    // One of the two waits for the other, and must not do that on a thread that other tests need.
    private static Task<T> OnItsOwnThread<T>(Func<Task<T>> run) =>
        Task.Factory.StartNew(
            () => run().GetAwaiter().GetResult(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static async Task<bool> DoneOrRefusedAsync(Task<FileResult> run)
    {
        try
        {
            await run;
            return true;
        }
        catch (EnvelopeException failure)
            when (failure.Error is EnvelopeError.SourceChanged or EnvelopeError.SourceKept or EnvelopeError.SourceNotFound)
        {
            return false; // what it had read is no longer what is there
        }
    }
}
