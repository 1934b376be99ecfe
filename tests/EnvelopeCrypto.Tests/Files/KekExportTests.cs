using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>A backup has its name only after it was read from the disk and opened.</summary>
public sealed class KekExportTests : IDisposable
{
    private readonly FileBench _bench = new();

    public KekExportTests() => _bench.Keks("local:a");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Disk_that_keeps_other_bytes_is_found_before_the_backup_has_its_name()
    {
        await Refused.AsAsync(EnvelopeError.OutputFailed, () => ExportAsync(new ScriptedFileSystem { Garbles = true }));
        Assert.Empty(FileBench.NamesIn(_bench.Folder.Path));
    }

    [Theory]
    [InlineData(nameof(FileSystem.Flush))]
    [InlineData(nameof(FileSystem.Settle))]
    [InlineData(nameof(FileSystem.Read))]
    public async Task Disk_that_fails_leaves_the_backup_that_was_there(string failing)
    {
        var old = _bench.Folder.Write("backup.evc", "the only copy of another KEK"u8);
        var files = new ScriptedFileSystem
        {
            Late = true,
            Before = (call, _) =>
            {
                if (call == failing)
                    throw ScriptedFileSystem.Failure(call);
            },
        };
        await Assert.ThrowsAnyAsync<Exception>(() => ExportAsync(files, force: true));
        Assert.Equal("the only copy of another KEK", await File.ReadAllTextAsync(old));
    }

    private Task<FileResult> ExportAsync(FileSystem files, bool force = false) =>
        new KekExportOperation(_bench.Session, _bench.Keyring, files).ExportAsync(
            "a", _bench.Keks("service:a"), _bench.Folder["backup.evc"], force, CancellationToken.None);
}
