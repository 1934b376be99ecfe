namespace EnvelopeCrypto.Files;

/// <summary>What is sealed with a file beside its data, after a KEK opened it.</summary>
/// <param name="OpenedBy">That KEK, in canonical form.</param>
/// <param name="Name">The file's bare name; null when none was sealed.</param>
/// <param name="Modified">When the file was last written, in UTC; null when that was not sealed.</param>
internal sealed record SealedMetadata(string OpenedBy, string? Name, DateTime? Modified);
