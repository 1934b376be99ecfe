using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>An envelope under two names is one file, with one pair of slots.</summary>
public sealed class HardLinkTests : IDisposable
{
    private static readonly byte[] Plaintext = SampleBytes.Of(1000);

    private readonly FileBench _bench = new();
    private Task<FileResult>? _other;

    private string One => _bench.Folder["data.bin.evc"];

    private string Two => _bench.Folder["there/two.evc"];

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Rewraps_by_both_names_at_once_make_no_fork()
    {
        for (var at = 1; ; at++)
        {
            await PrepareAsync(piped: true);
            var files = new ScriptedFileSystem { Before = (_, count) => StartOtherAt(at, count) };
            _other = null;
            await OnItsOwnThread(() => RewrapAsync(One, "local:b", files));
            if (_other is null)
                return;
            Assert.Equal(FileOutcome.Rewrapped, (await _other).Status);
            Assert.True(FileBench.HeaderOf(One).SlotsAgree);
            Assert.Equal(["local:a", "local:b", "local:c"], FileBench.KeksOf(One).Order(StringComparer.Ordinal).ToArray());
            Assert.Equal(Plaintext, await _bench.OpenAsync(Two, "local:c"));
        }
    }

    [Fact]
    public async Task File_held_by_its_other_name_is_waited_for_and_then_left_alone()
    {
        await PrepareAsync(piped: true);
        var files = new ScriptedFileSystem();
        using var folder = files.OpenFolder(Path.GetDirectoryName(Two)!);
        using var held = files.OpenWrite(folder, Path.GetFileName(Two));
        Assert.True(files.TryHold(held));
        var options = new RewrapOptions { NewKeks = _bench.Keks("local:b") };
        await _bench.RefusesAsync(
            EnvelopeError.EnvelopeBusy,
            One,
            () => _bench.Rewrapping(options, time: new ImpatientTime()).RewrapFileAsync(One, CancellationToken.None));
        Assert.Equal(Plaintext, await _bench.OpenAsync(One)); // readers go on
    }

    [Fact]
    public async Task Second_name_in_a_run_is_said_to_be_done()
    {
        await PrepareAsync(piped: true);
        var rewrapping = _bench.Rewrapping(new RewrapOptions { NewKeks = _bench.Keks("local:b") });
        Assert.Null((await rewrapping.RewrapFileAsync(One, CancellationToken.None)).Reason);
        var second = await rewrapping.RewrapFileAsync(Two, CancellationToken.None);
        Assert.Equal(FileOutcome.Unchanged, second.Status);
        Assert.Contains(One, second.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rewrap_beside_says_that_other_names_keep_the_old_envelope(bool rotateDataKey)
    {
        await PrepareAsync(piped: rotateDataKey);
        var result = await _bench.RewrapAsync(One, new RewrapOptions { NewKeks = _bench.Keks("local:b"), RotateDataKey = rotateDataKey });
        Assert.NotNull(result.Reason);
        Assert.Equal(["local:a"], FileBench.KeksOf(Two));
        Assert.Null((await _bench.RewrapAsync(Two, new RewrapOptions { NewKeks = _bench.Keks("local:b") })).Reason);
    }

    private async Task PrepareAsync(bool piped)
    {
        File.Delete(One);
        File.Delete(_bench.Folder.Write("there/two.evc", []));
        await (piped ? _bench.PipedEnvelopeAsync(Plaintext, "local:a") : _bench.EnvelopeAsync(Plaintext, "local:a"));
        UnixTool.Run("ln", One, Two);
    }

    private Task<FileResult> RewrapAsync(string path, string kek, ScriptedFileSystem files) =>
        _bench.Rewrapping(new RewrapOptions { AddKeks = _bench.Keks(kek) }, files).RewrapFileAsync(path, CancellationToken.None);

    private void StartOtherAt(int at, int count)
    {
        if (count != at)
            return;
        var waits = new TaskCompletionSource();
        var tries = 0;
        var files = new ScriptedFileSystem
        {
            Before = (call, _) =>
            {
                if (call == "TryHold" && ++tries == 2)
                    waits.TrySetResult(); // the first try was in vain
            },
        };
        _other = OnItsOwnThread(() => RewrapAsync(Two, "local:c", files));
        Task.WaitAny(_other, waits.Task);
    }

    private static Task<T> OnItsOwnThread<T>(Func<Task<T>> run) =>
        Task.Factory.StartNew(
            () => run().GetAwaiter().GetResult(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
