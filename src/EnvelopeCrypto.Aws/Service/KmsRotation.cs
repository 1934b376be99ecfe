namespace EnvelopeCrypto.Aws.Service;

/// <summary>Whether and when KMS gives a key new material by itself.</summary>
internal sealed record KmsRotation(bool IsEnabled, int? PeriodInDays, DateTimeOffset? Next);
