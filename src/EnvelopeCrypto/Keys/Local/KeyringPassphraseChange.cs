namespace EnvelopeCrypto.Keys.Local;

/// <summary>
/// A new passphrase for the keyring: the one file <c>keyring.json</c> is replaced, and then KEKs that were not under the passphrase are
/// brought there, one file each. After a kill at any point all that was there opens, with the old passphrase or the new.
/// </summary>
internal sealed class KeyringPassphraseChange(KeyringFolder folder, KeyringUnlock unlock, KekProtector guard, PassphraseSource next)
{
    public NewKeyringPassphrase Run(IReadOnlyList<string> keks, CancellationToken cancellationToken)
    {
        // Before the lock is taken, since a person may think for long.
        var hadOne = unlock.TryUnlock();
        foreach (var name in keks)
            RequireOpens(name);
        next.Get(confirm: true);

        using var held = folder.Lock(cancellationToken);
        unlock.Change(next);
        foreach (var name in keks)
            BringUnder(name);
        return new NewKeyringPassphrase(folder.Path, hadOne, Outside());
    }

    private List<string> Outside()
    {
        var outside = new List<string>();
        foreach (var name in folder.Names())
        {
            using var kek = folder.ReadKek(name);
            if (kek is { Protection: not KekProtection.Passphrase })
                outside.Add(kek.Reference);
        }
        return outside;
    }

    private void RequireOpens(string name)
    {
        using var kek = folder.ReadKek(name) ?? throw KekMissing.Kek(name, folder);
        foreach (var version in kek.Versions)
            guard.Open(kek, version).Dispose();
    }

    private void BringUnder(string name)
    {
        try
        {
            using var kek = folder.ReadKek(name) ?? throw KekMissing.Kek(name, folder);
            if (kek.Protection == KekProtection.Passphrase)
                return;
            using var moved = kek.Convert(KekProtection.Passphrase, version =>
            {
                using var key = guard.Open(kek, version);
                return guard.Seal(KekProtection.Passphrase, version.BindingOf(name), key);
            });
            folder.Replace(moved);
        }
        catch (EnvelopeException failure)
        {
            throw new EnvelopeException(
                failure.Error, $"the keyring's passphrase was changed, but local:{name} is not under it yet: {failure.Reason}", failure)
                .About(failure.Path ?? folder.KekPath(name));
        }
    }
}
