namespace EnvelopeCrypto.Keys.Local;

/// <summary>One version of a local KEK, without its key.</summary>
/// <param name="Version">Its number, from 1. After an import two versions can have the same; the key id tells them apart.</param>
/// <param name="KeyId">Its random key id of 16 bytes, as base64url.</param>
/// <param name="Created">When it was made, to the second.</param>
/// <param name="IsCurrent">Whether new data keys are wrapped by it.</param>
public sealed record KekVersionInfo(int Version, string KeyId, DateTimeOffset Created, bool IsCurrent)
{
    /// <summary>The public half of a key pair as recipients name it, <c>pub:sha256:HEX</c>; null for a symmetric KEK.</summary>
    public string? PublicHalf { get; init; }

    /// <summary>When it was last in an export of this keyring, as far as the keyring knows; null for never.</summary>
    public DateTimeOffset? Exported { get; init; }

    /// <summary>Number and key id.</summary>
    public override string ToString() => $"{Version} ({KeyId})";
}
