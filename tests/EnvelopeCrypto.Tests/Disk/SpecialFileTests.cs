using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Files;
using EnvelopeCrypto.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Tests.Disk;

/// <summary>What is no file is not opened to find that out: it starts a device, and lets go who waits to write into a pipe.</summary>
public sealed class SpecialFileTests : IDisposable
{
    private readonly FileBench _bench = new();
    private readonly OpeningsFileSystem _files = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Source_is_not_opened()
    {
        Refused.As(EnvelopeError.SourceNotAFile, () => SourceFile.Open(_files, Pipe("pipe")));
        Assert.Empty(_files.Opened);
    }

    [Fact]
    public async Task Output_that_an_update_looks_at_is_not_opened()
    {
        var (pipe, source) = (Pipe("pipe"), _bench.Source(name: "source"));
        var protecting = _bench.Protecting(new ProtectOptions { Keks = _bench.Keks("local:a"), Update = true }, _files);
        await _bench.RefusesAsync(EnvelopeError.OutputFailed, pipe, () =>
            protecting.ProtectFileAsync(source, pipe, progress: null, CancellationToken.None));
        Assert.Equal(["source"], _files.Opened);
    }

    [Fact]
    public void Name_of_a_temporary_file_is_not_opened()
    {
        var name = TemporaryFile.NewName();
        Pipe(name);
        using var folder = _files.OpenFolder(_bench.Folder.Path);
        Assert.False(DeadFiles.TryRemove(_files, folder, name));
        Assert.Empty(_files.Opened);
    }

    [Fact]
    public async Task Name_of_a_lock_is_not_opened()
    {
        await Assert.ThrowsAsync<LockInTheWayException>(async () => await FileLock.AcquireAsync(
            Pipe("x.evc.lock"), TimeSpan.Zero, TimeProvider.System, CancellationToken.None, _files));
        Assert.Empty(_files.Opened);
    }

    private string Pipe(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "mkfifo is of Unix.");
        UnixTool.Run("mkfifo", _bench.Folder[name]);
        return _bench.Folder[name];
    }

    private sealed class OpeningsFileSystem : ObservedFileSystem
    {
        public List<string> Opened { get; } = [];

        public override SafeFileHandle OpenRead(Folder folder, string name, bool followLink = false)
        {
            Opened.Add(name);
            return base.OpenRead(folder, name, followLink);
        }

        public override SafeFileHandle OpenWrite(Folder folder, string name, bool followLink = false)
        {
            Opened.Add(name);
            return base.OpenWrite(folder, name, followLink);
        }

        public override SafeFileHandle OpenLock(Folder folder, string name, bool keepsName)
        {
            Opened.Add(name);
            return base.OpenLock(folder, name, keepsName);
        }
    }
}
