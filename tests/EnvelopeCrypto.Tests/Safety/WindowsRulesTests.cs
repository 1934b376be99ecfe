using System.Runtime.Versioning;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>All work on files under the rules of Windows, on Linux: sharing, read-only files, names of deleted files that wait.</summary>
[SupportedOSPlatform("linux")]
public sealed class WindowsRulesTests : IDisposable
{
    private readonly FileBench _bench = new();

    public WindowsRulesTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Windows has the rules itself; these are made on Linux.");

    public void Dispose() => _bench.Dispose();

    public static MatrixTheoryData<SafetyWork, bool> Works => new(Enum.GetValues<SafetyWork>(), [false, true]);

    [Theory]
    [MemberData(nameof(Works))]
    public async Task Work_is_done_and_leaves_nothing_open(SafetyWork work, bool namesWait)
    {
        using var scene = new SafetyScene(work);
        await scene.PrepareAsync(0, 100, 1_500_000);
        var files = new WindowsRulesFileSystem(namesWait);
        await scene.RunAsync(files);
        Assert.Equal(0, files.OpenHandles);
        await scene.RequireNothingLostAsync();
        await scene.RequireNextRunFinishesAsync();
    }

    [Theory]
    [MemberData(nameof(Works))]
    public async Task Failure_of_any_call_loses_nothing(SafetyWork work, bool namesWait)
    {
        using var scene = new SafetyScene(work);
        for (var number = 1; ; number++)
        {
            await scene.PrepareAsync(100);
            var files = new WindowsRulesFileSystem(namesWait)
            {
                Before = (call, count) =>
                {
                    if (count == number)
                        throw ScriptedFileSystem.Failure(call);
                },
            };
            try
            {
                await scene.RunAsync(files);
            }
            catch (EnvelopeException)
            {
                // That is what it is to say.
            }
            Assert.Equal(0, files.OpenHandles);
            await scene.RequireNothingLostAsync();
            if (files.Calls < number)
                break;
        }
        await scene.RequireNextRunFinishesAsync();
    }

    [Fact]
    public async Task Read_only_output_is_replaced()
    {
        var output = await _bench.EnvelopeAsync([1], "local:a");
        File.SetUnixFileMode(output, UnixFileMode.UserRead);
        var options = new ProtectOptions { Keks = _bench.Keks("local:b"), Force = true };
        await _bench.Protecting(options, new WindowsRulesFileSystem(namesWait: false))
            .ProtectFileAsync(_bench.Source(), output, progress: null, CancellationToken.None);
        Assert.Equal(["local:b"], FileBench.KeksOf(output));
    }

    [Fact]
    public async Task Read_only_envelope_is_rewrapped()
    {
        var envelope = await _bench.PipedEnvelopeAsync([1], "local:a");
        File.SetUnixFileMode(envelope, UnixFileMode.UserRead);
        var result = await _bench.Rewrapping(new RewrapOptions { NewKeks = _bench.Keks("local:b") }, new WindowsRulesFileSystem(namesWait: true))
            .RewrapFileAsync(envelope, CancellationToken.None);
        Assert.Equal((FileOutcome.Rewrapped, "local:b"), (result.Status, Assert.Single(FileBench.KeksOf(envelope))));
    }

    // The attribute is set before the output is read back, and its handle has to be one to write.
    [Fact]
    public async Task Read_only_file_is_restored_as_one_and_its_envelope_removed()
    {
        var files = new WindowsRulesFileSystem(namesWait: false);
        var source = _bench.Source();
        File.SetUnixFileMode(source, UnixFileMode.UserRead);
        var envelope = _bench.Folder["data.bin.evc"];
        var options = new ProtectOptions { Keks = _bench.Keks("local:a"), RemoveSource = true };
        await _bench.Protecting(options, files).ProtectFileAsync(source, envelope, progress: null, CancellationToken.None);
        Assert.False(File.Exists(source));
        await _bench.Unprotecting(new UnprotectOptions { RemoveSource = true }, files)
            .UnprotectFileAsync(envelope, source, progress: null, CancellationToken.None);
        Assert.Equal(["data.bin"], FileBench.NamesIn(_bench.Folder.Path));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(source));
    }

    [Fact]
    public async Task Source_that_another_writes_stays()
    {
        var files = new WindowsRulesFileSystem(namesWait: false);
        var source = _bench.Source();
        using var folder = files.OpenFolder(_bench.Folder.Path);
        using var writer = files.OpenToFlush(folder, "data.bin"); // shares all
        var options = new ProtectOptions { Keks = _bench.Keks("local:a"), RemoveSource = true };
        await Refused.AsAsync(EnvelopeError.SourceKept, () => _bench.Protecting(options, files)
            .ProtectFileAsync(source, _bench.Folder["data.bin.evc"], progress: null, CancellationToken.None));
        Assert.True(File.Exists(source));
    }

    [Fact]
    public async Task Envelope_that_another_reads_is_replaced()
    {
        var files = new WindowsRulesFileSystem(namesWait: false);
        var envelope = await _bench.EnvelopeAsync([1], "local:a");
        using var folder = files.OpenFolder(_bench.Folder.Path);
        using var reader = files.OpenRead(folder, "data.bin.evc");
        await _bench.Rewrapping(new RewrapOptions { NewKeks = _bench.Keks("local:b") }, files).RewrapFileAsync(envelope, CancellationToken.None);
        Assert.Equal(["local:b"], FileBench.KeksOf(envelope));
    }

    // One that is to replace a read-only envelope is read-only itself in the end.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void File_of_a_live_run_stays_and_that_of_a_dead_one_goes(bool isReadOnly)
    {
        var files = new WindowsRulesFileSystem(namesWait: true);
        using var folder = files.OpenFolder(_bench.Folder.Path);
        var live = files.CreateTemporary(folder);
        if (isReadOnly)
            files.SetAttributes(folder, live.Name!, FileAttributes.ReadOnly);
        Assert.False(DeadFiles.TryRemove(files, folder, live.Name!));
        live.Handle.Dispose();
        Assert.True(DeadFiles.TryRemove(files, folder, live.Name!));
        Assert.Empty(FileBench.NamesIn(_bench.Folder.Path));
    }

    // Windows counts from 1601: the content is restored, and what was not kept is told.
    [Fact]
    public void Time_before_1601_is_told_and_the_content_kept()
    {
        using (var output = OutputFile.Create(new WindowsRulesFileSystem(namesWait: false), _bench.Folder["x"], replace: false))
        {
            output.Write("early"u8);
            output.Publish(new FileTime(-20_000_000_000, 0), mode: null, flush: false);
            Assert.NotNull(output.NotKept);
        }
        Assert.Equal("early", File.ReadAllText(_bench.Folder["x"]));
    }
}
