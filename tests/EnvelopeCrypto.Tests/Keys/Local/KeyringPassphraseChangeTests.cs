using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Primitives;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys.Local;

public sealed class KeyringPassphraseChangeTests : IDisposable
{
    private const string Old = SharedKeyring.Passphrase;
    private const string New = "another horse, another battery";

    private readonly KeyringPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_keyring_of_format_1_keeps_its_key_and_its_KEKs_their_files()
    {
        Put(KnownKeyring.Keyring);
        _place.OpenToChange(Old, New).ChangePassphrase([]);

        Assert.StartsWith("{\"format\":2,\"salt\":", File.ReadAllText(_place.KeyringPath), StringComparison.Ordinal);
        Assert.Equal(KnownKeyring.Kek, File.ReadAllText(_place.KekPath("payroll")));
        Assert.Equal(KnownKeyring.Backup, BackupWith(New));
        RequireError(EnvelopeError.KeyringPassphraseWrong, () => _place.Open(Old).Unlock());

        // A copy that was made before still opens with what opened it then.
        _place.Put(_place.KeyringPath, KnownKeyring.Keyring);
        Assert.Equal(KnownKeyring.Backup, BackupWith(Old));
    }

    [Fact]
    public void A_moved_keyring_that_another_program_wrote_opens()
    {
        Put(KnownKeyring.Moved);
        Assert.Equal(KnownKeyring.Backup, BackupWith(KnownKeyring.MovedPassphrase));
        RequireError(EnvelopeError.KeyringPassphraseWrong, () => _place.Open(Old).Unlock());
    }

    [Theory]
    [InlineData("\"key\":\"gIGC", "\"key\":\"gIGD")]
    [InlineData("\"salt\":\"cHFy", "\"salt\":\"cHFz")]
    public void A_changed_file_of_format_2_opens_with_no_passphrase(string sound, string changed)
    {
        Put(KnownKeyring.Moved.Replace(sound, changed, StringComparison.Ordinal));
        RequireError(EnvelopeError.KeyringPassphraseWrong, () => _place.Open(KnownKeyring.MovedPassphrase).Unlock());
    }

    [Fact]
    public void Without_the_old_passphrase_nothing_changes()
    {
        Put(KnownKeyring.Keyring);
        RequireError(EnvelopeError.KeyringPassphraseWrong, () => _place.OpenToChange("wrong", New).ChangePassphrase([]));
        RequireError(EnvelopeError.PassphraseRequired, () => _place.OpenToChange(null, New).ChangePassphrase([]));
        Assert.Equal(KnownKeyring.Keyring, File.ReadAllText(_place.KeyringPath));
    }

    [Fact]
    public void Unprotected_KEKs_come_under_the_passphrase_with_the_same_keys()
    {
        var before = _place.Open();
        before.Create("plain", KekProtection.Unprotected);
        before.Rotate("plain");
        before.CreateKeyPair("pair", KekProtection.Unprotected, CancellationToken.None);
        before.Create("other", KekProtection.Unprotected);
        var (plain, pair) = (BackupOf(before, "plain"), BackupOf(before, "pair"));

        var changed = _place.OpenToChange(null, New).ChangePassphrase(["plain", "pair"]);

        Assert.False(changed.ReplacesOne);
        Assert.Equal(["local:other"], changed.Outside);
        RequireError(EnvelopeError.PassphraseRequired, () => _place.Open().ReadBackup("plain"));
        var after = _place.Open(New);
        Assert.Equal(KekProtection.Passphrase, after.Get("plain").Protection);
        Assert.Equal(plain, BackupOf(after, "plain"));
        Assert.Equal(pair, BackupOf(after, "pair"));
        Assert.Equal(KekProtection.Unprotected, after.Get("other").Protection);
    }

    [Fact]
    public void A_KEK_that_is_not_there_or_does_not_open_stops_the_change_before_it_begins()
    {
        Put(KnownKeyring.Keyring);
        _place.Put(_place.KekPath("damaged"), "{}");
        RequireError(EnvelopeError.KekNotFound, () => _place.OpenToChange(Old, New).ChangePassphrase(["none"]));
        RequireError(EnvelopeError.KeyringDamaged, () => _place.OpenToChange(Old, New).ChangePassphrase(["damaged"]));
        Assert.Equal(KnownKeyring.Keyring, File.ReadAllText(_place.KeyringPath));
    }

    [Fact]
    public void Cut_off_at_any_call_it_opens_with_the_old_passphrase_or_the_new()
    {
        var outcomes = new HashSet<string>(StringComparer.Ordinal);
        for (var number = 1; ; number++)
        {
            if (Directory.Exists(_place.Folder))
                Directory.Delete(_place.Folder, recursive: true);
            MakeQuickly();
            var killed = new ScriptedFileSystem { Named = true, Torn = true };
            killed.Before = (call, count) =>
            {
                if (count >= number)
                    throw ScriptedFileSystem.Failure(call);
            };
            using var quick = new Quick(_place.Folder, killed, Old);
            try
            {
                quick.Change();
            }
            catch (EnvelopeException)
            {
                // It was killed; what counts is what it left.
            }
            outcomes.Add(RequireAllOpens());
            if (killed.Calls < number)
                break;
        }
        Assert.Equal("new, passphrase; new, unprotected; old, unprotected", string.Join("; ", outcomes.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void A_passphrase_that_is_easily_guessed_draws_a_warning_and_a_good_one_none()
    {
        var heard = new Heard();
        _place.OpenToChange(null, Environment.UserName, heard).ChangePassphrase([]);
        Assert.Single(heard.Warnings);
        _place.OpenToChange(Environment.UserName, New, heard).ChangePassphrase([]);
        Assert.Single(heard.Warnings);
    }

    private void Put(string keyring)
    {
        _place.Put(_place.KeyringPath, keyring);
        _place.Put(_place.KekPath("payroll"), KnownKeyring.Kek);
    }

    private string BackupWith(string passphrase) => BackupOf(_place.Open(passphrase), "payroll");

    private static string BackupOf(LocalKeyring keyring, string name)
    {
        using var backup = keyring.ReadBackup(name);
        using var json = backup.ToJson();
        return Encoding.UTF8.GetString(json.Span);
    }

    private static void RequireError(EnvelopeError error, Func<object?> action) =>
        Assert.Equal(error, Assert.Throws<EnvelopeException>(action).Error);

    // A keyring with the passphrase, and an unprotected KEK.
    private void MakeQuickly()
    {
        _place.Open().Create("plain", KekProtection.Unprotected);
        using var quick = new Quick(_place.Folder, FileSystem.Default, Old);
        using var key = quick.Unlock.KeyToSeal().Clone();
    }

    private string RequireAllOpens()
    {
        foreach (var (passphrase, word) in ((string, string)[])[(Old, "old"), (New, "new")])
        {
            using var quick = new Quick(_place.Folder, FileSystem.Default, passphrase);
            try
            {
                quick.Unlock.Key();
            }
            catch (EnvelopeException failure) when (failure.Error == EnvelopeError.KeyringPassphraseWrong)
            {
                continue;
            }
            using var kek = quick.Folder.ReadKek("plain")!;
            quick.Guard.RequireOpens(kek);
            return $"{word}, {KekProtectionWord.Of(kek.Protection!.Value)}";
        }
        throw new InvalidOperationException("It opens with neither passphrase.");
    }

    // The keyring's parts with a derivation that costs nothing.
    private sealed class Quick : IDisposable
    {
        private readonly KekPassphrases _passphrases = new();

        public Quick(string folder, FileSystem files, string passphrase)
        {
            _passphrases.Keyring.Set(passphrase);
            _passphrases.NewKeyring.Set(New);
            Folder = new KeyringFolder(folder, files, PatientTime.Instance);
            Unlock = new KeyringUnlock(
                Folder, _passphrases.Keyring, RandomNumberGenerator.Fill, (text, salt, _) => new SecretBytes(SHA256.HashData([.. salt, .. text.Span])));
            Guard = new KekProtector(Folder, Unlock, RandomNumberGenerator.Fill);
        }

        public KeyringFolder Folder { get; }

        public KeyringUnlock Unlock { get; }

        public KekProtector Guard { get; }

        public void Change() => new KeyringPassphraseChange(Folder, Unlock, Guard, _passphrases.NewKeyring).Run(["plain"], CancellationToken.None);

        public void Dispose()
        {
            Unlock.Dispose();
            _passphrases.Dispose();
        }
    }

    private sealed class Heard : INotices
    {
        public List<string> Warnings { get; } = [];

        public void Information(string message) => Warnings.Add(message);

        public void Warning(string message) => Warnings.Add(message);
    }
}
