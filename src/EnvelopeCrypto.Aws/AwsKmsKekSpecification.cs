namespace EnvelopeCrypto.Aws;

/// <summary>What a new key of AWS KMS is to be.</summary>
public sealed record AwsKmsKekSpecification
{
    /// <summary>What it is for, in words; up to 8,192 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Whether KMS gives it new material every year, or every <see cref="RotationPeriodInDays"/>. For symmetric keys.</summary>
    public bool EnableRotation { get; init; }

    /// <summary>90 to 2,560 days; null for a year. It asks for rotation too.</summary>
    public int? RotationPeriodInDays { get; init; }

    /// <summary>Whether it can have replicas in other Regions. It cannot be changed later.</summary>
    public bool MultiRegion { get; init; }

    /// <summary><c>SYMMETRIC_DEFAULT</c>, <c>RSA_2048</c>, <c>RSA_3072</c> or <c>RSA_4096</c>; null for the first.</summary>
    public string? KeySpec { get; init; }

    /// <summary>Tags of a key that is made; an existing one keeps its own.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
