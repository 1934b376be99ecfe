using System.Text;
using System.Text.Json;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Tests.Keys.Local;

public sealed class BackupRestoreTests(SharedKeyring shared) : IDisposable
{
    private const string FirstKeyId = "AQEBAQEBAQEBAQEBAQEBAQ";
    private const string SecondKeyId = "AgICAgICAgICAgICAgICAg";
    private const string FirstKey = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8";
    private const string OtherKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private readonly KeyringPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_backup_comes_back_as_it_was()
    {
        var name = SharedKeyring.NewName();
        shared.Keyring.Create(name, KekProtection.Passphrase);
        var versions = shared.Keyring.Rotate(name).Versions;
        using var backup = shared.Keyring.ReadBackup(name);
        using var json = backup.ToJson();

        using var parsed = KekBackup.Parse(json.Span);
        Assert.Equal(name, parsed.File.Name);
        Assert.Equal(versions, parsed.Versions);
        var restored = _place.Open().Restore(parsed, KekProtection.Unprotected);
        Assert.True(restored.IsNew);
        Assert.Equal(versions, restored.Added);
        Assert.Equal(versions, restored.Kek.Versions);
        Assert.Equal(KekProtection.Unprotected, restored.Kek.Protection);

        using var again = _place.Open().ReadBackup(name);
        using var jsonAgain = again.ToJson();
        Assert.True(json.Span.SequenceEqual(jsonAgain.Span));
    }

    [Fact]
    public void A_KEK_moves_from_one_passphrase_to_another()
    {
        using var backup = Backup(KnownKeyring.Backup.Replace("payroll", "moved", StringComparison.Ordinal));
        var restored = shared.Keyring.Restore(backup, KekProtection.Passphrase);
        Assert.Equal(KekProtection.Passphrase, restored.Kek.Protection);
        using var again = shared.Keyring.ReadBackup("moved");
        Assert.True(again.File.Versions[0].Key.Span.SequenceEqual(backup.File.Versions[0].Key.Span));
        Assert.DoesNotContain(FirstKey, File.ReadAllText(shared.Place.KekPath("moved")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_there_already_is_not_added()
    {
        var keyring = _place.Open();
        using var backup = Backup(KnownKeyring.Backup);
        keyring.Restore(backup, KekProtection.Unprotected);
        var before = File.ReadAllText(_place.KekPath("payroll"));

        var again = keyring.Restore(backup);
        Assert.False(again.IsNew);
        Assert.Empty(again.Added);
        Assert.Equal(before, File.ReadAllText(_place.KekPath("payroll")));
    }

    [Fact]
    public void An_imported_version_does_not_become_the_newest()
    {
        var keyring = _place.Open();
        var own = Assert.Single(keyring.Create("payroll", KekProtection.Unprotected).Versions);
        using var backup = Backup(KnownKeyring.Backup);

        var restored = keyring.Restore(backup);
        Assert.False(restored.IsNew);
        Assert.Equal([FirstKeyId, SecondKeyId], restored.Added.Select(version => version.KeyId), StringComparer.Ordinal);
        Assert.Equal([1, 1, 2], restored.Kek.Versions.Select(version => version.Version));
        Assert.Equal(own, Assert.Single(restored.Kek.Versions, version => version.IsCurrent));
        Assert.Equal(restored.Kek.Versions, _place.Open().Get("payroll").Versions);

        // The next version has a number that no other has, and is the newest.
        var rotated = keyring.Rotate("payroll").Versions;
        Assert.Equal([1, 1, 2, 3], rotated.Select(version => version.Version));
        Assert.True(rotated[^1].IsCurrent);
    }

    [Fact]
    public void Only_the_missing_versions_are_added()
    {
        var keyring = _place.Open();
        using var backup = Backup(KnownKeyring.Backup);
        keyring.Restore(backup, KekProtection.Unprotected);
        keyring.Rotate("payroll");
        using var newer = keyring.ReadBackup("payroll");
        keyring.Remove("payroll");
        keyring.Restore(backup, KekProtection.Unprotected);

        var restored = keyring.Restore(newer);
        Assert.Equal([3], restored.Added.Select(version => version.Version));
        Assert.Equal(SecondKeyId, Assert.Single(restored.Kek.Versions, version => version.IsCurrent).KeyId);
    }

    [Theory]
    [InlineData(FirstKey, OtherKey)]
    [InlineData("\"version\":2", "\"version\":3")]
    public void A_key_id_that_stands_for_something_else_is_refused(string sound, string changed)
    {
        var keyring = _place.Open();
        using var backup = Backup(KnownKeyring.Backup);
        keyring.Restore(backup, KekProtection.Unprotected);
        var before = File.ReadAllText(_place.KekPath("payroll"));

        using var other = Backup(KnownKeyring.Backup.Replace(sound, changed, StringComparison.Ordinal));
        RequireError(EnvelopeError.KekExists, () => keyring.Restore(other));
        Assert.Equal(before, File.ReadAllText(_place.KekPath("payroll")));
    }

    [Fact]
    public void A_KEK_that_is_there_keeps_its_protection()
    {
        var keyring = _place.Open();
        keyring.Create("payroll", KekProtection.Unprotected);
        using var backup = Backup(KnownKeyring.Backup);
        RequireError(EnvelopeError.KekExists, () => keyring.Restore(backup, KekProtection.Passphrase));
        Assert.Single(keyring.Get("payroll").Versions);
    }

    [Theory]
    [InlineData("\"format\":1", "\"format\":0")]
    [InlineData(FirstKey, "ICEi")]
    [InlineData("\"current\":\"" + SecondKeyId, "\"current\":\"AwMDAwMDAwMDAwMDAwMDAw")]
    [InlineData("}", " }")]
    public void A_damaged_backup_is_refused(string sound, string damaged) => RequireError(
        EnvelopeError.HeaderInvalid, () => Backup(KnownKeyring.Backup.Replace(sound, damaged, StringComparison.Ordinal)));

    [Fact]
    public void A_backup_that_is_too_long_is_refused() =>
        RequireError(EnvelopeError.HeaderInvalid, () => KekBackup.Parse(new byte[KekBackup.MaxLength + 1]));

    [Fact]
    public void Keys_are_not_shown()
    {
        using var backup = Backup(KnownKeyring.Backup);
        foreach (var shown in new[] { backup.ToString(), backup.File.Versions[0].ToString(), JsonSerializer.Serialize(backup), JsonSerializer.Serialize(_place.Open().Restore(backup, KekProtection.Unprotected)) })
        {
            Assert.DoesNotContain(FirstKey, shown, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String(backup.File.Versions[0].Key.Span), shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Keys_are_zeroed_on_dispose()
    {
        var backup = Backup(KnownKeyring.Backup);
        var key = backup.File.Versions[0].Key;
        backup.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Span.Length);
    }

    private static KekBackup Backup(string json) => KekBackup.Parse(Encoding.UTF8.GetBytes(json));

    private static void RequireError(EnvelopeError error, Func<object?> action) =>
        Assert.Equal(error, Assert.Throws<EnvelopeException>(action).Error);
}
