using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.PowerShell;

/// <summary>A KEK, without its keys. Wherever a reference is wanted, it stands for its own.</summary>
public sealed class EnvelopeKek
{
    internal EnvelopeKek(KekInfo kek)
    {
        var current = kek.Versions.First(version => version.IsCurrent);
        Kek = kek.Reference;
        Protection = kek.Protection;
        Version = current.Version;
        KeyId = current.KeyId;
        Created = kek.Created.LocalDateTime;
        Rotated = current.Created.LocalDateTime;
        Exported = kek.Exported?.LocalDateTime;
        Versions = kek.Versions;
        IsKeyPair = kek.IsKeyPair;
        PublicHalf = current.PublicHalf;
    }

    /// <summary>Its reference, such as <c>local:backup</c>.</summary>
    public string Kek { get; }

    /// <summary>What keeps its keys from anyone who gets the keyring's files.</summary>
    public KekProtection Protection { get; }

    /// <summary>The version that wraps now.</summary>
    public int Version { get; }

    /// <summary>The key id of that version. Note it with a backup: Import-EnvelopeKek -KeyId compares.</summary>
    public string KeyId { get; }

    /// <summary>Whether it is a key pair, whose public half wraps anywhere.</summary>
    public bool IsKeyPair { get; }

    /// <summary>The public half of the version that wraps now, as files name it: <c>pub:sha256:HEX</c>; null for a symmetric KEK.</summary>
    public string? PublicHalf { get; }

    /// <summary>When its oldest version was made, in local time.</summary>
    public DateTime Created { get; }

    /// <summary>When the version that wraps now was made, in local time.</summary>
    public DateTime Rotated { get; }

    /// <summary>
    /// When all versions were last exported by Export-EnvelopeKek, as far as this keyring knows, in local time; null when one of them never
    /// was.
    /// </summary>
    public DateTime? Exported { get; }

    /// <summary>All versions; each still opens what it wrapped.</summary>
    public IReadOnlyList<KekVersionInfo> Versions { get; }

    /// <summary>Its reference.</summary>
    public override string ToString() => Kek;
}
