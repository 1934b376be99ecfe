namespace EnvelopeCrypto.Aws.Service;

/// <summary>What DescribeKey answers. Words are those of the AWS KMS API reference.</summary>
internal sealed record KmsKeyDescription
{
    public required string KeyArn { get; init; }

    public required string Spec { get; init; }

    public required string Usage { get; init; }

    public required string State { get; init; }

    public string Description { get; init; } = "";

    public bool IsMultiRegion { get; init; }

    public bool IsReplica { get; init; }

    public string Origin { get; init; } = "";

    public DateTimeOffset? Created { get; init; }

    public DateTimeOffset? Deletion { get; init; }
}
