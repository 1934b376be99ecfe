namespace EnvelopeCrypto.PowerShell;

/// <summary>A key of AWS KMS. Wherever a reference is wanted, it stands for its ARN.</summary>
public sealed class EnvelopeAwsKek
{
    /// <summary>Its ARN.</summary>
    public required string Kek { get; init; }

    /// <summary>Its aliases, such as <c>alias/backup</c>; null when the service does not let this caller list them.</summary>
    public IReadOnlyList<string>? Alias { get; init; }

    /// <summary>What it is for, in its owner's words.</summary>
    public required string Description { get; init; }

    /// <summary>Enabled, Disabled, PendingDeletion and others of AWS KMS.</summary>
    public required string State { get; init; }

    /// <summary>SYMMETRIC_DEFAULT, RSA_2048 and others of AWS KMS.</summary>
    public required string KeySpec { get; init; }

    /// <summary>Whether it can have replicas in other Regions.</summary>
    public required bool MultiRegion { get; init; }

    /// <summary>When it was made, in local time; null when the service did not say.</summary>
    public DateTime? Created { get; init; }

    /// <summary>When it will be gone, in local time; null when it stays.</summary>
    public DateTime? Deletion { get; init; }

    /// <summary>
    /// Whether the service rotates it by itself; null for a kind that it cannot rotate, and when this caller may not know.
    /// </summary>
    public bool? RotationEnabled { get; init; }

    /// <summary>Days between rotations.</summary>
    public int? RotationPeriodInDays { get; init; }

    /// <summary>The next rotation, in local time.</summary>
    public DateTime? NextRotation { get; init; }

    /// <summary>Its ARN.</summary>
    public override string ToString() => Kek;
}
