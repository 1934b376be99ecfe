using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>On an overlay a file gets another identity when it is first opened to write.</summary>
public sealed class OverlayTests : IDisposable
{
    private readonly FileBench _bench = new();
    private bool _isMounted;

    public void Dispose()
    {
        if (_isMounted)
            UnixTool.Run("umount", _bench.Folder["merged"]);
        _bench.Dispose();
    }

    [Fact]
    public async Task First_rewrap_of_a_file_is_done_in_place()
    {
        _bench.Keks("local:a", "local:b");
        var plaintext = SampleBytes.Of(1_100_000);
        var made = await _bench.EnvelopeAsync(plaintext, "local:a");
        Directory.CreateDirectory(_bench.Folder["lower"]);
        File.Move(made, _bench.Folder["lower/x.evc"]);
        Mount();
        var envelope = _bench.Folder["merged/x.evc"];
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:b") });
        Assert.Equal(FileOutcome.Rewrapped, result.Status);
        Assert.Equal(["local:b"], FileBench.KeksOf(envelope));
        Assert.Equal(plaintext, await _bench.OpenAsync(envelope));
    }

    private void Mount()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && UnixTool.IsRoot, "Only root on Linux may mount an overlay.");
        foreach (var name in new[] { "base", "merged" })
            Directory.CreateDirectory(_bench.Folder[name]);
        UnixTool.Run("mount", "-t", "tmpfs", "tmpfs", _bench.Folder["base"]);
        try
        {
            foreach (var name in new[] { "base/upper", "base/work" })
                Directory.CreateDirectory(_bench.Folder[name]);
            UnixTool.Run(
                "mount", "-t", "overlay", "overlay",
                "-o", $"lowerdir={_bench.Folder["lower"]},upperdir={_bench.Folder["base/upper"]},workdir={_bench.Folder["base/work"]}",
                _bench.Folder["merged"]);
            _isMounted = true;
        }
        finally
        {
            UnixTool.Run("umount", "-l", _bench.Folder["base"]);
        }
    }
}
