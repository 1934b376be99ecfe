using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>Large files go through several workers, small ones in one write; whichever write fails, nothing is left.</summary>
public sealed class LargeFileTests : IDisposable
{
    private const int Length = (7 * 1024 * 1024) + 5;

    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Any_write_that_fails_leaves_nothing(bool torn)
    {
        var source = _bench.Source(Length);
        var options = new ProtectOptions { Keks = _bench.Keks("local:a") };
        var failures = await EachWriteFailsAsync(torn, files => _bench.Protecting(options, files).ProtectFileAsync(source, _bench.Folder["x.evc"], progress: null, CancellationToken.None));
        Assert.True(failures >= 8, "Fewer writes failed than a file of so many batches has.");
        failures = await EachWriteFailsAsync(torn, files => _bench.Unprotecting(files: files).UnprotectFileAsync(_bench.Folder["x.evc"], _bench.Folder["back"], progress: null, CancellationToken.None));
        Assert.True(failures >= 8, "Fewer writes failed than a file of so many batches has.");
        Assert.Equal(SampleBytes.Of(Length), await File.ReadAllBytesAsync(_bench.Folder["back"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    [InlineData(16_384)]
    [InlineData((1024 * 1024) - 1)]
    public async Task Small_file_is_one_write(int length)
    {
        var writes = 0;
        var files = new ScriptedFileSystem { Before = (call, _) => writes += call == nameof(FileStream.Write) ? 1 : 0 };
        var source = _bench.Source(length);
        await _bench.Protecting(new ProtectOptions { Keks = _bench.Keks("local:a") }, files).ProtectFileAsync(
            source, _bench.Folder["x.evc"], progress: null, CancellationToken.None);
        Assert.Equal(1, writes);
        await _bench.Unprotecting(files: files).UnprotectFileAsync(
            _bench.Folder["x.evc"], _bench.Folder["back"], progress: null, CancellationToken.None);
        Assert.InRange(writes, 1, 2); // none for nothing
        Assert.Equal(SampleBytes.Of(length), await File.ReadAllBytesAsync(_bench.Folder["back"]));
    }

    [Fact]
    public async Task First_damage_in_the_file_is_the_one_that_is_told()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(Length), "local:a");
        var reasons = new HashSet<string>(StringComparer.Ordinal);
        var start = FileBench.HeaderOf(envelope).Layout.BodyOffset + 100;
        await using (var file = File.OpenWrite(envelope))
        {
            foreach (var batch in new[] { 6, 4, 3 })
            {
                file.Position = start + (batch * 1_049_600);
                file.Write("damage"u8);
            }
        }
        for (var i = 0; i < 20; i++)
        {
            var failure = await Refused.AsAsync(EnvelopeError.BodyDamaged, () => _bench.UnprotectAsync(envelope, _bench.Folder["back"]));
            reasons.Add(failure.Reason);
        }
        Assert.Single(reasons);
        Assert.Equal([envelope], Directory.GetFileSystemEntries(_bench.Folder.Path));
    }

    // The first write fails, then the second, and so on, until all went through.
    private async Task<int> EachWriteFailsAsync(bool torn, Func<ScriptedFileSystem, Task> action)
    {
        for (var number = 1; ; number++)
        {
            var before = FolderState.Of(_bench.Folder.Path);
            var (writes, wanted) = (0, number);
            var files = new ScriptedFileSystem
            {
                Torn = torn,
                Before = (call, _) =>
                {
                    if (call == nameof(FileStream.Write) && Interlocked.Increment(ref writes) == wanted)
                        throw ScriptedFileSystem.Failure(call);
                },
            };
            try
            {
                await action(files);
                return number - 1;
            }
            catch (EnvelopeException failure)
            {
                Assert.Equal(EnvelopeError.OutputFailed, failure.Error);
                Assert.Equal(before, FolderState.Of(_bench.Folder.Path));
            }
        }
    }
}
