using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>A disk that fills up leaves nothing behind, and what was there stays as it was.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int DiskSize = 512;

    private readonly FileBench _bench = new();
    private readonly SmallDisk _disk;

    public FullDiskTests()
    {
        try
        {
            _disk = new SmallDisk(_bench.Folder["disk"], DiskSize);
        }
        catch
        {
            _bench.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _disk.Dispose();
        _bench.Dispose();
    }

    [Theory]
    [InlineData(600 * 1024, false)] // written until the disk is full
    [InlineData(600 * 1024, true)]
    [InlineData(3 * 1024 * 1024, false)] // known before the first byte
    [InlineData(3 * 1024 * 1024, true)]
    public async Task Full_disk_is_said_and_left_empty(int length, bool named)
    {
        var source = _bench.Source(length);
        var envelope = _bench.Folder["x.evc"];
        var (files, options) = (new ScriptedFileSystem { Named = named }, new ProtectOptions { Keks = _bench.Keks("local:a") });
        await _bench.ProtectAsync(source, envelope, "local:a");
        var there = _bench.Folder["disk/there"];
        await _bench.RefusesAsync(
            EnvelopeError.DiskFull,
            there,
            () => _bench.Protecting(options, files).ProtectFileAsync(source, there, progress: null, CancellationToken.None));
        await _bench.RefusesAsync(
            EnvelopeError.DiskFull,
            there,
            () => _bench.Unprotecting(files: files).UnprotectFileAsync(envelope, there, progress: null, CancellationToken.None));
        await _bench.RefusesAsync(EnvelopeError.DiskFull, there, async () =>
        {
            await using var input = File.OpenRead(source);
            await _bench.Protecting(options, files).ProtectStreamToFileAsync(input, there, progress: null, CancellationToken.None);
        });
        Assert.True(files.Calls < 60, "What cannot fit was written all the same.");
    }

    [Fact]
    public async Task Rewrap_beside_on_a_full_disk_keeps_the_old_file()
    {
        var plaintext = SampleBytes.Of(300 * 1024);
        var envelope = _bench.Folder["disk/x.evc"];
        await _bench.ProtectAsync(_bench.Folder.Write("x", plaintext), envelope, "local:a");
        await _bench.RefusesAsync(
            EnvelopeError.DiskFull, envelope, () => _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:b") }));
        Assert.Equal(plaintext, await _bench.OpenAsync(envelope, "local:a"));
    }

    [Fact]
    public async Task Rewrap_in_place_needs_no_room()
    {
        var plaintext = SampleBytes.Of(1000);
        var envelope = _bench.Folder["disk/x.evc"];
        File.Move(await _bench.PipedEnvelopeAsync(plaintext, "local:a"), envelope);
        Fill();
        await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:b") });
        Assert.Equal(plaintext, await _bench.OpenAsync(envelope, "local:b"));
    }

    private void Fill()
    {
        using var rest = File.Create(_bench.Folder["disk/rest"]);
        Assert.Throws<IOException>(() => rest.Write(new byte[2 * 1024 * DiskSize]));
    }
}
