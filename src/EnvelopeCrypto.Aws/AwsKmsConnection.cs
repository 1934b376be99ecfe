namespace EnvelopeCrypto.Aws;

/// <summary>How a run reaches AWS KMS. What is not given comes from the environment and the profile, as with every tool of AWS.</summary>
public sealed record AwsKmsConnection
{
    /// <summary>
    /// The profile of the shared configuration that gives credentials, Region and settings; null for the SDK's default chain.
    /// </summary>
    public string? ProfileName { get; init; }

    /// <summary>
    /// The Region of aliases and bare key ids; a key ARN names its own. Null: AWS_REGION, AWS_DEFAULT_REGION, the profile, the instance.
    /// </summary>
    public string? Region { get; init; }

    /// <summary>
    /// One endpoint for all Regions, such as a VPC endpoint: https, or http on this machine. Null:
    /// AWS_ENDPOINT_URL_KMS, AWS_ENDPOINT_URL, AWS. Where it is not AWS's own, STS is asked there too, unless AWS_ENDPOINT_URL_STS or
    /// AWS_ENDPOINT_URL name another.
    /// </summary>
    public string? EndpointUrl { get; init; }
}
