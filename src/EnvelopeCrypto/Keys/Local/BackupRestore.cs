using System.Security.Cryptography;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>The return of a backup to the keyring: all of it or nothing, and nothing that is there is changed.</summary>
internal sealed class BackupRestore(KeyringFolder folder, KekProtector guard)
{
    public KekRestoration Run(KekFile backup, KekProtection? protection, CancellationToken cancellationToken)
    {
        var forNew = protection ?? LocalKeyring.DefaultProtection;
        using (var there = folder.ReadKek(backup.Name))
            guard.Prepare(there?.Protection ?? forNew);
        using var held = folder.Lock(cancellationToken);
        using var existing = folder.ReadKek(backup.Name);
        return existing is null ? MakeNew(backup, forNew) : AddMissing(existing, backup, protection);
    }

    private KekRestoration MakeNew(KekFile backup, KekProtection protection)
    {
        using var made = backup.Convert(protection, version => Seal(protection, backup.Name, version));
        folder.WriteNew(made);
        var info = made.ToInfo();
        return new KekRestoration(info, IsNew: true, info.Versions);
    }

    private KekRestoration AddMissing(KekFile existing, KekFile backup, KekProtection? wanted)
    {
        var protection = existing.Protection!.Value;
        if (wanted is not null && wanted != protection)
            throw Conflict(existing, $"is {KekProtectionWord.Describe(protection)}; leave the protection out to add to it");
        if (existing.IsKeyPair != backup.IsKeyPair)
            throw Conflict(
                existing,
                $"is {(existing.IsKeyPair ? "a key pair, where the backup is of a symmetric KEK" : "a symmetric KEK, where the backup is of a key pair")}");
        guard.RequireOpens(existing);
        foreach (var version in backup.Versions)
        {
            if (existing.Find(version.KeyId) is { } known)
                RequireSame(existing, known, version);
        }
        var added = backup.Versions.Where(version => existing.Find(version.KeyId) is null).ToArray();
        foreach (var version in added)
            existing.Add(version with { Key = Seal(protection, existing.Name, version) }, asCurrent: false);
        if (added.Length > 0)
            folder.Replace(existing);
        return new KekRestoration(existing.ToInfo(), IsNew: false, existing.ToInfo(added));
    }

    private SecretBytes Seal(KekProtection protection, string name, KekFileVersion version) =>
        guard.Seal(protection, version.BindingOf(name), version.Key);

    private void RequireSame(KekFile existing, KekFileVersion known, KekFileVersion version)
    {
        using var key = guard.Open(existing, known);
        if (known.Version != version.Version || !CryptographicOperations.FixedTimeEquals(key.Span, version.Key.Span))
            throw Conflict(
                existing,
                $"has the key id {known.KeyIdText} for another key or version than the backup; nothing was added. Export and remove the "
                + "one that is there first");
    }

    private static EnvelopeException Conflict(KekFile existing, string why) =>
        new(EnvelopeError.KekExists, $"{existing.Reference} is in the keyring already and {why}.");
}
