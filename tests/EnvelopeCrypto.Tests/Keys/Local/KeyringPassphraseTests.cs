using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Keys.Secrets;

namespace EnvelopeCrypto.Tests.Keys.Local;

public sealed class KeyringPassphraseTests(SharedKeyring shared) : IDisposable
{
    private readonly KeyringPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void The_first_KEK_makes_the_keyring_and_asks_for_the_passphrase_twice()
    {
        var prompt = new CountingPrompt("typed");
        var keyring = _place.Open(prompt: prompt);
        keyring.Create("a", KekProtection.Passphrase);
        keyring.Create("b", KekProtection.Passphrase);
        Assert.Equal([true], prompt.Confirmations);
        Assert.True(File.Exists(_place.KeyringPath));

        var later = new CountingPrompt("typed");
        using var backup = _place.Open(prompt: later).ReadBackup("a");
        Assert.Equal([false], later.Confirmations);
    }

    [Fact]
    public void A_wrong_passphrase_is_refused_and_derived_once()
    {
        Put(KnownKeyring.Keyring, KnownKeyring.Kek);
        using (var passphrases = new KekPassphrases())
        {
            passphrases.Keyring.Set("wrong");
            var derived = 0;
            using var unlock = new KeyringUnlock(
                new KeyringFolder(_place.Folder, FileSystem.Default, TimeProvider.System),
                passphrases.Keyring,
                RandomNumberGenerator.Fill,
                (passphrase, salt, iterations) =>
                {
                    derived++;
                    return KeyDerivation.Derive(passphrase, salt, iterations);
                });
            for (var i = 0; i < 3; i++)
                RequireError(EnvelopeError.KeyringPassphraseWrong, unlock.Key);
            Assert.Equal(1, derived);
        }
        var keyring = _place.Open("wrong");
        RequireError(EnvelopeError.KeyringPassphraseWrong, () => keyring.Create("b", KekProtection.Passphrase));
        Assert.Equal(["payroll"], keyring.Names());
    }

    [Fact]
    public void A_keyring_that_another_program_wrote_opens()
    {
        Put(KnownKeyring.Keyring, KnownKeyring.Kek);
        var keyring = _place.Open(SharedKeyring.Passphrase);
        using var backup = keyring.ReadBackup("payroll");
        using var json = backup.ToJson();
        Assert.Equal(KnownKeyring.Backup, Encoding.UTF8.GetString(json.Span));
    }

    [Fact]
    public void Without_a_passphrase_the_way_out_is_named_and_nothing_is_made()
    {
        var failure = RequireError(EnvelopeError.PassphraseRequired, () => _place.Open().Create("a", KekProtection.Passphrase));
        Assert.Contains("ENVELOPECRYPTO_KEYRING_PASSPHRASE", failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_place.Home));
    }

    [Fact]
    public void A_person_who_does_not_answer_is_asked_once()
    {
        Put(KnownKeyring.Keyring, KnownKeyring.Kek);
        var prompt = new CountingPrompt(answer: null);
        var keyring = _place.Open(prompt: prompt);
        for (var i = 0; i < 3; i++)
            RequireError(EnvelopeError.PromptRequired, () => keyring.ReadBackup("payroll"));
        RequireError(EnvelopeError.PromptRequired, () => keyring.Unlock());
        Assert.Single(prompt.Confirmations);
    }

    [Fact]
    public void Listing_needs_no_passphrase()
    {
        Put(KnownKeyring.Keyring, KnownKeyring.Kek);
        var kek = Assert.Single(_place.Open().List());
        Assert.Equal(KekProtection.Passphrase, kek.Protection);
        Assert.Equal([false, true], kek.Versions.Select(version => version.IsCurrent));
    }

    [Fact]
    public void A_keyring_made_anew_by_another_is_noticed()
    {
        var ours = _place.Open("ours");
        ours.Create("a", KekProtection.Passphrase);
        Directory.Delete(_place.Folder, recursive: true);
        var theirs = _place.Open("theirs");
        theirs.Create("b", KekProtection.Passphrase);

        RequireError(EnvelopeError.KeyringPassphraseWrong, () => ours.Create("c", KekProtection.Passphrase));
        RequireError(EnvelopeError.KeyringPassphraseWrong, () => ours.ReadBackup("b"));
        using var backup = theirs.ReadBackup("b");
    }

    [Fact]
    public void Without_the_salt_no_other_is_made_beside_sealed_keys()
    {
        Put(keyring: null, KnownKeyring.Kek);
        var keyring = _place.Open(SharedKeyring.Passphrase);
        var failure = RequireError(EnvelopeError.KeyringDamaged, () => keyring.ReadBackup("payroll"));
        Assert.Equal(_place.KeyringPath, failure.Path);
        RequireError(EnvelopeError.KeyringDamaged, () => keyring.Create("b", KekProtection.Passphrase));
        RequireError(EnvelopeError.KeyringDamaged, () => keyring.Rotate("payroll"));
        RequireError(EnvelopeError.KeyringDamaged, () => keyring.Unlock());
        Assert.False(File.Exists(_place.KeyringPath));
        keyring.Create("c", KekProtection.Unprotected);
    }

    [Theory]
    [InlineData("600000", "600001")] // another derivation: the verifier does not fit
    [InlineData("ZGVmZ2", "ZGVmZ3")]
    public void A_changed_keyring_file_opens_with_no_passphrase(string sound, string changed)
    {
        Put(KnownKeyring.Keyring.Replace(sound, changed, StringComparison.Ordinal), KnownKeyring.Kek);
        RequireError(EnvelopeError.KeyringPassphraseWrong, () => _place.Open(SharedKeyring.Passphrase).Unlock());
    }

    [Fact]
    public void A_weakened_keyring_file_is_refused_before_anything_is_derived()
    {
        Put(KnownKeyring.Keyring.Replace("600000", "1000", StringComparison.Ordinal), KnownKeyring.Kek);
        var failure = RequireError(EnvelopeError.KeyringDamaged, () => _place.Open(SharedKeyring.Passphrase).Unlock());
        Assert.Equal(_place.KeyringPath, failure.Path);
    }

    [Fact]
    public void A_key_does_not_open_under_another_name_version_or_key_id()
    {
        var name = SharedKeyring.NewName();
        shared.Keyring.Create(name, KekProtection.Passphrase);
        var sound = File.ReadAllText(shared.Place.KekPath(name));
        var other = SharedKeyring.NewName();
        shared.Place.Put(shared.Place.KekPath(other), sound.Replace(name, other, StringComparison.Ordinal));
        RequireError(EnvelopeError.KeyringDamaged, () => shared.Keyring.ReadBackup(other));

        var renumbered = sound.Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal);
        shared.Place.Put(shared.Place.KekPath(name), renumbered);
        var failure = RequireError(EnvelopeError.KeyringDamaged, () => shared.Keyring.ReadBackup(name));
        Assert.Equal(shared.Place.KekPath(name), failure.Path);
        RequireError(EnvelopeError.KeyringDamaged, () => shared.Keyring.Rotate(name));
        Assert.Equal(renumbered, File.ReadAllText(shared.Place.KekPath(name)));
    }

    [Fact]
    public void No_plain_key_is_in_the_files()
    {
        var name = SharedKeyring.NewName();
        shared.Keyring.Create(name, KekProtection.Passphrase);
        shared.Keyring.Rotate(name);
        using var backup = shared.Keyring.ReadBackup(name);
        foreach (var file in Directory.GetFiles(shared.Place.Folder, "*.json"))
        {
            var bytes = File.ReadAllBytes(file);
            foreach (var version in backup.File.Versions)
            {
                Assert.Equal(-1, bytes.AsSpan().IndexOf(version.Key.Span));
                Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Base64UrlText.Encode(version.Key.Span))));
            }
            Assert.DoesNotContain(SharedKeyring.Passphrase, Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_version_has_a_key_of_its_own()
    {
        var name = SharedKeyring.NewName();
        shared.Keyring.Create(name, KekProtection.Passphrase);
        shared.Keyring.Rotate(name);
        using var backup = shared.Keyring.ReadBackup(name);
        var keys = backup.File.Versions;
        Assert.False(CryptographicOperations.FixedTimeEquals(keys[0].Key.Span, keys[1].Key.Span));
    }

    private void Put(string? keyring, string kek)
    {
        if (keyring is not null)
            _place.Put(_place.KeyringPath, keyring);
        _place.Put(_place.KekPath("payroll"), kek);
    }

    private static EnvelopeException RequireError(EnvelopeError error, Func<object?> action)
    {
        var failure = Assert.Throws<EnvelopeException>(action);
        Assert.Equal(error, failure.Error);
        return failure;
    }
}
