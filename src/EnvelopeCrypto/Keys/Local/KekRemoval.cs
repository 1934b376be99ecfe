namespace EnvelopeCrypto.Keys.Local;

/// <summary>A KEK that was removed from the keyring. What only these versions open is lost, unless a backup exists.</summary>
/// <param name="Reference">Canonical form: <c>local:NAME</c>.</param>
/// <param name="Versions">The versions that went.</param>
internal sealed record KekRemoval(string Reference, IReadOnlyList<KekVersionInfo> Versions);
