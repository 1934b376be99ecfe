namespace EnvelopeCrypto.Aws.Service;

/// <summary>Whose credentials these are.</summary>
/// <param name="Partition">Partition of the caller's ARN.</param>
/// <param name="Account">12 digits.</param>
internal sealed record CallerIdentity(string Partition, string Account);
