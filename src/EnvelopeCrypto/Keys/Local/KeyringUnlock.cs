using System.Security.Cryptography;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Keys.Passphrases;
using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>
/// The keyring key: opened with the passphrase by way of <c>keyring.json</c> once, and kept until it is
/// disposed. A passphrase that was wrong is not derived again. Not for two threads at once.
/// </summary>
internal sealed class KeyringUnlock(
    KeyringFolder folder, PassphraseSource passphrase, RandomSource random, KekDerivation? derive = null) : IDisposable
{
    private readonly KekDerivation _derive = derive ?? KeyDerivation.Derive;

    // What _key was derived for.
    private KeyringFile? _file;
    private SecretBytes? _key;

    // The last passphrase that did not open, and what it did not open.
    private KeyringFile? _refusedBy;
    private SecretBytes? _refused;

    /// <summary>Hears that a passphrase which was chosen is easily guessed.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Asks and derives what <see cref="KeyToSeal"/> will need, before the lock is taken: a person may think for long.</summary>
    public void Prepare()
    {
        if (Key() is not null)
            return;
        RequireNothingSealed();
        passphrase.Get(confirm: true);
    }

    /// <summary>The keyring key, which stays this object's own, or null when there is no <c>keyring.json</c>.</summary>
    /// <exception cref="EnvelopeException">KeyringPassphraseWrong, KeyringDamaged, PassphraseRequired and the like.</exception>
    public SecretBytes? Key() => folder.ReadKeyring() is { } file ? KeyOf(file) : null;

    /// <summary>The keyring key; makes <c>keyring.json</c> when there is none. Under the lock.</summary>
    /// <exception cref="EnvelopeException">KeyringPassphraseWrong, KeyringDamaged, PassphraseRequired and the like.</exception>
    public SecretBytes KeyToSeal()
    {
        if (Key() is { } key)
            return key;
        RequireNothingSealed();
        return Seal(passphrase, SecretBytes.Random(Cobblestone.KeySize, random), folder.WriteNew);
    }

    /// <summary>Puts the keyring key under another passphrase; makes <c>keyring.json</c> when there is none. Under the lock.</summary>
    /// <exception cref="EnvelopeException">
    /// KeyringPassphraseWrong, KeyringDamaged, PassphraseRequired and the like; OutputFailed, DiskFull.
    /// </exception>
    public void Change(PassphraseSource next)
    {
        if (Key() is { } key)
        {
            Seal(next, key.Clone(), folder.Replace);
            return;
        }
        RequireNothingSealed();
        Seal(next, SecretBytes.Random(Cobblestone.KeySize, random), folder.WriteNew);
    }

    /// <summary>Derives the key now; false when no passphrase protects this keyring.</summary>
    public bool TryUnlock()
    {
        if (Key() is not null)
            return true;
        RequireNothingSealed();
        return false;
    }

    /// <summary>Whether the key is here, or its passphrase was given.</summary>
    public bool NeedsNoPrompt => _key is not null || passphrase.IsGiven;

    /// <summary>Drops the key, and what failed.</summary>
    public void Dispose()
    {
        _key?.Dispose();
        _refused?.Dispose();
        (_file, _key, _refusedBy, _refused) = (null, null, null, null);
    }

    private SecretBytes KeyOf(KeyringFile file)
    {
        // Another process can have made the keyring again: then another salt counts.
        if (_key is not null && file.IsSameAs(_file))
            return _key;
        var given = passphrase.Get();
        if (_refused is not null && file.IsSameAs(_refusedBy) && CryptographicOperations.FixedTimeEquals(given.Span, _refused.Span))
            throw Wrong();
        if (file.TryOpen(given, _derive) is { } key)
            return Keep(file, key);
        _refused?.Dispose();
        (_refusedBy, _refused) = (file, given.Clone());
        throw Wrong();
    }

    private SecretBytes Seal(PassphraseSource chosen, SecretBytes key, Action<KeyringFile> write)
    {
        try
        {
            var given = chosen.Get(confirm: true);
            if (GuessablePassphrase.Warning("the keyring's passphrase", given) is { } warning)
                Warn?.Invoke(warning);
            var file = KeyringFile.Seal(key, given, random, _derive);
            write(file);
            return Keep(file, key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private SecretBytes Keep(KeyringFile file, SecretBytes key)
    {
        _key?.Dispose();
        (_file, _key) = (file, key);
        return key;
    }

    // With a new salt beside them, KEKs under the old one would look damaged for good.
    private void RequireNothingSealed()
    {
        foreach (var name in folder.Names())
        {
            using var kek = folder.ReadKek(name);
            if (kek?.Protection == KekProtection.Passphrase)
                throw KeyringFailure.KeyringMissing(folder.KeyringPath, kek.Reference);
        }
    }

    private static EnvelopeException Wrong() => new(
        EnvelopeError.KeyringPassphraseWrong,
        "the keyring's passphrase is wrong. One passphrase opens the whole keyring; files and backups have their own.");
}
