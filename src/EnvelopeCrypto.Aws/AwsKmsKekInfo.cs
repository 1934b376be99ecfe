namespace EnvelopeCrypto.Aws;

/// <summary>A key of AWS KMS as its service describes it.</summary>
public sealed record AwsKmsKekInfo
{
    /// <summary>The key's ARN.</summary>
    public required string Reference { get; init; }

    /// <summary>Its aliases, such as <c>alias/backup</c>; null when the caller may not list them.</summary>
    public IReadOnlyList<string>? Aliases { get; init; }

    /// <summary>What it is for.</summary>
    public required string Description { get; init; }

    /// <summary><c>Enabled</c>, <c>Disabled</c>, <c>PendingDeletion</c> and others of AWS KMS.</summary>
    public required string State { get; init; }

    /// <summary><c>SYMMETRIC_DEFAULT</c>, <c>RSA_4096</c> and others of AWS KMS.</summary>
    public required string KeySpec { get; init; }

    /// <summary>Whether it can have, or is, a replica in another Region.</summary>
    public required bool MultiRegion { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>When it will be gone, for a key that is scheduled for deletion.</summary>
    public DateTimeOffset? Deletion { get; init; }

    /// <summary>Whether KMS rotates it by itself; null when the caller may not ask, or when its kind cannot be rotated.</summary>
    public bool? RotationEnabled { get; init; }

    /// <summary>Days between rotations, when they are enabled.</summary>
    public int? RotationPeriodInDays { get; init; }

    /// <summary>The next rotation, when they are enabled.</summary>
    public DateTimeOffset? NextRotation { get; init; }

    /// <summary>Whether it was made just now; false when it had been there.</summary>
    public bool IsNew { get; init; }
}
