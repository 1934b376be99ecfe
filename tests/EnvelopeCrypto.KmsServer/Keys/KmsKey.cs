using EnvelopeCrypto.KmsServer.Callers;

namespace EnvelopeCrypto.KmsServer.Keys;

/// <summary>A KMS key in one Region of one account.</summary>
internal sealed class KmsKey
{
    public required KmsArn Arn { get; init; }

    public required KeyMaterial Material { get; init; }

    public required string Spec { get; init; }

    public required string Usage { get; init; }

    public required DateTimeOffset Created { get; init; }

    public bool MultiRegion { get; init; }

    /// <summary>The primary key that this one was replicated from; null for a primary key and for single-Region keys.</summary>
    public KmsKey? Primary { get; init; }

    public string Description { get; init; } = "";

    public bool Enabled { get; set; } = true;

    /// <summary>When it goes, once its deletion is scheduled.</summary>
    public DateTimeOffset? Deletion { get; set; }

    /// <summary>Null is the default policy: the account's own IAM policies decide.</summary>
    public PolicyDocument? Policy { get; set; }

    public SortedDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    public bool IsSymmetric => Spec == "SYMMETRIC_DEFAULT";

    public string State => Deletion is not null ? "PendingDeletion" : Enabled ? "Enabled" : "Disabled";

    /// <summary>What a ciphertext is bound to: the ARN, or for a multi-Region key what its replicas have in common.</summary>
    public string CiphertextName => MultiRegion ? (Arn with { Region = "*" }).ToString() : Arn.ToString();
}
