using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Files;

/// <summary>
/// The backup of a KEK that was opened and is not in the keyring yet: what to know of it before it is. Zeroed on dispose.
/// </summary>
internal sealed class KekImport : IDisposable
{
    private readonly KekSession _session;
    private readonly LocalKeyring _keyring;
    private readonly KekBackup _backup;
    private readonly Recipient _opener;

    public KekImport(KekSession session, LocalKeyring keyring, KekBackup backup, Recipient opener)
    {
        (_session, _keyring, _backup, _opener) = (session, keyring, backup, opener);
        IsNew = !keyring.Names().Contains(backup.Name, StringComparer.Ordinal);
    }

    /// <summary>Canonical form: <c>local:NAME</c>.</summary>
    public string Reference => _backup.Reference;

    /// <summary>The version that wraps, in the backup.</summary>
    public KekVersionInfo Newest => _backup.Versions.Single(version => version.IsCurrent);

    /// <summary>Whether the keyring has no KEK of that name, so that the backup's newest version would wrap from now on.</summary>
    public bool IsNew { get; }

    /// <summary>The KEK that opened the backup, in canonical form.</summary>
    public string OpenedBy => _opener.Kek;

    /// <summary>Whether what opened it is public, so that a stranger can make such a backup.</summary>
    public bool AnyoneCouldHaveMadeIt =>
        _opener.Algorithm is RecipientAlgorithm.Rsa or RecipientAlgorithm.AwsKmsRsa or RecipientAlgorithm.XWing;

    /// <summary>Which KEK it is, who could have made the backup, and what the import would do, in words.</summary>
    public string Description =>
        $"{Reference} version {Newest.Version}, key id {Newest.KeyId}. The backup was opened by {OpenedBy}: {Maker}. "
        + (IsNew
            ? "The keyring has no KEK of that name; this version wraps from now on."
            : "The keyring has a KEK of that name; its newest version stays the newest.");

    private string Maker => _opener.Algorithm switch
    {
        RecipientAlgorithm.Passphrase => "anyone who knows the passphrase could have made it",
        RecipientAlgorithm.Rsa => "anyone who has the certificate, which is public, could have made it",
        RecipientAlgorithm.XWing => "anyone who has the public half of that key pair could have made it",
        RecipientAlgorithm.AwsKmsRsa => "anyone who has the public half of that key could have made it",
        RecipientAlgorithm.Local => "anyone who has that KEK could have made it",
        _ => "anyone who may encrypt with that KEK could have made it",
    };

    /// <summary>That the backup's newest version is the one that is expected.</summary>
    /// <param name="keyId">Its key id, as base64url.</param>
    /// <exception cref="EnvelopeException">KeyIdMismatch.</exception>
    public void RequireKeyId(string keyId)
    {
        if (keyId != Newest.KeyId)
        {
            throw new EnvelopeException(
                EnvelopeError.KeyIdMismatch,
                $"the backup is of {Reference} with the key id {Newest.KeyId}, where {DisplayText.OneLine(keyId)} is expected; nothing "
                + "was imported.");
        }
    }

    /// <summary>Brings the KEK back. Versions that the keyring lacks are added; which one is newest does not change.</summary>
    /// <exception cref="EnvelopeException">KekExists and whatever the keyring can fail with.</exception>
    public async Task<KekRestoration> RestoreAsync(KekProtection? protection, CancellationToken cancellationToken) =>
        await _session.ManageAsync(
            KekOperation.Import,
            _backup.Reference,
            () => ValueTask.FromResult(_keyring.Restore(_backup, protection, cancellationToken)),
            cancellationToken);

    public void Dispose() => _backup.Dispose();
}
