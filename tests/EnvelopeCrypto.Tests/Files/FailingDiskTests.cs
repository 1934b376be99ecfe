using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>
/// The disk fails at the first call, at the second, and so on until an operation gets through: each time it says so in the engine's
/// own exception, and the folder holds what it held before, or all of the new.
/// </summary>
public sealed class FailingDiskTests : IDisposable
{
    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(3_000_000, false)]
    [InlineData(3_000_000, true)]
    public async Task Protect_leaves_the_old_output_or_the_new(int length, bool named)
    {
        var source = _bench.Source(length);
        await _bench.ProtectAsync(_bench.Source(10, "old", seed: 2), _bench.Folder["x.evc"], "local:a");
        File.Delete(_bench.Folder["old"]);
        var options = new ProtectOptions { Keks = _bench.Keks("local:a"), Force = true };
        await ForEachFailureAsync(named, files => _bench.Protecting(options, files).ProtectFileAsync(source, _bench.Folder["x.evc"], progress: null, CancellationToken.None));
        Assert.Equal(SampleBytes.Of(length), await _bench.OpenAsync(_bench.Folder["x.evc"]));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(3_000_000, false)]
    [InlineData(3_000_000, true)]
    public async Task Unprotect_leaves_the_old_output_or_the_new(int length, bool named)
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(length), "local:a");
        var output = _bench.Folder.Write("back", "what was there"u8);
        await ForEachFailureAsync(named, files => _bench.Unprotecting(new UnprotectOptions { Force = true }, files)
            .UnprotectFileAsync(envelope, output, progress: null, CancellationToken.None));
        Assert.Equal(SampleBytes.Of(length), await File.ReadAllBytesAsync(output));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Protect_and_unprotect_to_a_new_name_leave_nothing(bool named)
    {
        var source = _bench.Source();
        var options = new ProtectOptions { Keks = _bench.Keks("local:a") };
        await ForEachFailureAsync(named, files => _bench.Protecting(options, files).ProtectFileAsync(source, _bench.Folder["x.evc"], progress: null, CancellationToken.None));
        await ForEachFailureAsync(named, files => _bench.Unprotecting(files: files).UnprotectFileAsync(_bench.Folder["x.evc"], _bench.Folder["back"], progress: null, CancellationToken.None));
        Assert.Equal(SampleBytes.Of(100), await File.ReadAllBytesAsync(_bench.Folder["back"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rewrap_in_place_leaves_a_file_that_opens_and_the_next_one_finishes_it(bool torn)
    {
        var plaintext = SampleBytes.Of(1000);
        for (var number = 1; ; number++)
        {
            var envelope = await _bench.PipedEnvelopeAsync(plaintext, "local:a");
            var files = ScriptedFileSystem.FailingAt(number, torn: torn);
            var failure = await FailureOfAsync(() => _bench.Rewrapping(NewB, files).RewrapFileAsync(envelope, CancellationToken.None));
            File.Delete(EnvelopeName.LockFor(envelope)); // stays when it cannot be deleted; the next run over the folder takes it away
            Assert.Equal(["data.bin.evc"], FileBench.NamesIn(_bench.Folder.Path));
            Assert.Equal(plaintext, await _bench.OpenAsync(envelope));
            Assert.Single(FileBench.HeaderOf(envelope).Recipients); // of the old KEK or the new

            if (files.Calls < number)
            {
                Assert.True(number > 7, "Fewer calls failed than a rewrap in place has.");
                return;
            }
            Assert.Equal(envelope, failure?.Path ?? envelope);
            await _bench.RewrapAsync(envelope, NewB);
            var header = FileBench.HeaderOf(envelope);
            Assert.True(header.SlotsAgree);
            Assert.Equal("local:b", Assert.Single(header.Recipients).Kek);
            Assert.Equal(plaintext, await _bench.OpenAsync(envelope, "local:b"));
            File.Delete(envelope);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rewrap_beside_leaves_the_old_file_or_the_new(bool named)
    {
        var plaintext = SampleBytes.Of(300_000);
        for (var number = 1; ; number++)
        {
            var envelope = await _bench.EnvelopeAsync(plaintext, "local:a");
            var before = FolderState.Of(_bench.Folder.Path);
            var files = ScriptedFileSystem.FailingAt(number, named);
            var failure = await FailureOfAsync(() => _bench.Rewrapping(NewB, files).RewrapFileAsync(envelope, CancellationToken.None));
            File.Delete(EnvelopeName.LockFor(envelope));
            Assert.Equal(["data.bin.evc"], FileBench.NamesIn(_bench.Folder.Path));
            Assert.Equal(plaintext, await _bench.OpenAsync(envelope));
            var isNew = FileBench.HeaderOf(envelope).Recipients.Single().Kek == "local:b";
            if (!isNew)
                Assert.Equal(before, FolderState.Of(_bench.Folder.Path));
            if (files.Calls < number)
            {
                Assert.True(isNew);
                return;
            }
            Assert.Equal(envelope, failure?.Path ?? envelope);
            File.Delete(envelope);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Rewrap_on_a_disk_that_keeps_other_bytes_is_found_out(int slotCount)
    {
        var plaintext = SampleBytes.Of(1000);
        var envelope = slotCount == 1
            ? await _bench.EnvelopeAsync(plaintext, "local:a")
            : await _bench.PipedEnvelopeAsync(plaintext, "local:a");
        var failure = await Refused.AsAsync(EnvelopeError.OutputFailed, () =>
            _bench.Rewrapping(NewB, new ScriptedFileSystem { Garbles = true }).RewrapFileAsync(envelope, CancellationToken.None));
        Assert.Equal(envelope, failure.Path);
        Assert.Equal(plaintext, await _bench.OpenAsync(envelope, "local:a"));
        Assert.Equal(["data.bin.evc"], FileBench.NamesIn(_bench.Folder.Path));
    }

    [Fact]
    public async Task Failure_to_clean_up_does_not_hide_what_went_wrong_first()
    {
        var source = _bench.Source();
        var files = new ScriptedFileSystem
        {
            Named = true,
            Before = (call, _) =>
            {
                if (call is nameof(FileStream.Write) or nameof(File.Delete))
                    throw FullDisk.Failure();
            },
        };
        var options = new ProtectOptions { Keks = _bench.Keks("local:a") };
        var failure = await Refused.AsAsync(EnvelopeError.DiskFull, () => _bench.Protecting(options, files).ProtectFileAsync(source, _bench.Folder["x.evc"], progress: null, CancellationToken.None));
        Assert.Equal(_bench.Folder["x.evc"], failure.Path);
    }

    private RewrapOptions NewB => new() { NewKeks = _bench.Keks("local:b") };

    private async Task ForEachFailureAsync(bool named, Func<ScriptedFileSystem, Task> action)
    {
        for (var number = 1; ; number++)
        {
            var before = FolderState.Of(_bench.Folder.Path);
            var failure = await FailureOfAsync(() => action(ScriptedFileSystem.FailingAt(number, named)));
            if (failure is null)
            {
                Assert.True(number > 3, "Fewer calls failed than a file needs.");
                return;
            }
            Assert.Contains(failure.Error, new[] { EnvelopeError.SourceUnreadable, EnvelopeError.OutputFailed });
            Assert.NotNull(failure.Path);
            File.Delete(EnvelopeName.LockFor(_bench.Folder["x.evc"])); // stays when the disk fails under the lock; the next run takes it away
            Assert.Equal(before, FolderState.Of(_bench.Folder.Path));
        }
    }

    private static async Task<EnvelopeException?> FailureOfAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (EnvelopeException failure)
        {
            return failure;
        }
    }
}
