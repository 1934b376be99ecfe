namespace EnvelopeCrypto.Keys.Local;

/// <summary>What the return of a backup changed.</summary>
/// <param name="Kek">The KEK as it is now.</param>
/// <param name="IsNew">Whether the keyring had no KEK of that name.</param>
/// <param name="Added">The versions that the keyring did not have; empty when it had them all.</param>
internal sealed record KekRestoration(KekInfo Kek, bool IsNew, IReadOnlyList<KekVersionInfo> Added);
