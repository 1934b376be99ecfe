using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>A vault-wide rewrap meets the backup of a KEK too, which must stay one.</summary>
public sealed class RewrapKekBackupTests : IDisposable
{
    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Backup_of_a_KEK_is_not_left_to_local_KEKs_alone(bool whatIf, bool rotate)
    {
        var backup = await BackupAsync();
        var options = new RewrapOptions { NewKeks = _bench.Keks("local:next"), WhatIf = whatIf, RotateDataKey = rotate };
        await _bench.RefusesAsync(EnvelopeError.WouldLockOut, backup, () => _bench.RewrapAsync(backup, options));
    }

    [Fact]
    public async Task Backup_of_a_KEK_loses_no_way_in_that_is_elsewhere()
    {
        var backup = await BackupAsync();
        await _bench.RewrapAsync(backup, new RewrapOptions { AddKeks = _bench.Keks("local:next") });
        var options = new RewrapOptions { OldKeks = _bench.Keks("service:a"), NewKeks = _bench.Keks("local:other") };
        await _bench.RefusesAsync(EnvelopeError.WouldLockOut, backup, () => _bench.RewrapAsync(backup, options));
    }

    [Fact]
    public async Task Backup_of_a_KEK_is_rewrapped_from_one_way_in_to_another()
    {
        var backup = await BackupAsync();
        var options = new RewrapOptions { NewKeks = _bench.Keks("service:b", "local:next") };
        Assert.Equal(FileOutcome.Rewrapped, (await _bench.RewrapAsync(backup, options)).Status);
    }

    private async Task<string> BackupAsync()
    {
        _bench.Kek("local:a");
        var backup = _bench.Folder["a.kek.evc"];
        var operation = new KekExportOperation(_bench.Session, _bench.Keyring);
        await operation.ExportAsync("a", _bench.Keks("service:a"), backup, force: false, CancellationToken.None);
        return backup;
    }
}
