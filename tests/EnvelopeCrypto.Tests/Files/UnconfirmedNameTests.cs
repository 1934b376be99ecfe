using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Tests.Keys.Local;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>
/// The disk fails when the folder is flushed, after the file got its name: the work fails, and what is said does not deny the file.
/// A full disk is chosen, of which else is said that nothing was left.
/// </summary>
public sealed class UnconfirmedNameTests : IDisposable
{
    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Envelope_is_there_and_its_source_stays()
    {
        var (source, envelope) = (_bench.Source(), _bench.Folder["data.bin.evc"]);
        var options = new ProtectOptions { Keks = _bench.Keks("local:a"), RemoveSource = true };
        RequireNotDenied(envelope, await Refused.AsAsync(EnvelopeError.OutputFailed, () =>
            _bench.Protecting(options, Failing()).ProtectFileAsync(source, envelope, progress: null, CancellationToken.None)));
        Assert.True(File.Exists(source));
        Assert.Equal(SampleBytes.Of(100), await _bench.OpenAsync(envelope));
    }

    [Fact]
    public async Task Backup_of_a_kek_is_there()
    {
        _bench.Keks("local:a");
        var backup = _bench.Folder["backup.evc"];
        RequireNotDenied(backup, await Refused.AsAsync(EnvelopeError.OutputFailed, () =>
            new KekExportOperation(_bench.Session, _bench.Keyring, Failing()).ExportAsync(
                "a", _bench.Keks("service:a"), backup, force: false, CancellationToken.None)));
        Assert.True(File.Exists(backup));
    }

    [Fact]
    public void New_kek_is_there()
    {
        using var place = new KeyringPlace();
        place.Open().Create("first", KekProtection.Unprotected); // so that the folder is
        var keyring = place.Open(files: Failing());
        RequireNotDenied(
            place.KekPath("a"), Refused.As(EnvelopeError.OutputFailed, () => keyring.Create("a", KekProtection.Unprotected)));
        Assert.Equal(["a", "first"], keyring.Names());
        using var opened = place.Open().OpenCurrent("a").Key;
        Assert.NotNull(opened);
    }

    private static ScriptedFileSystem Failing() => new()
    {
        Before = (call, _) =>
        {
            if (call == nameof(FileSystem.FlushFolder))
                throw FullDisk.Failure();
        },
    };

    private static void RequireNotDenied(string path, EnvelopeException failure)
    {
        Assert.Equal(path, failure.Path);
        Assert.DoesNotContain("cannot be written", failure.Reason, StringComparison.Ordinal);
    }
}
