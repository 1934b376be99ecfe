namespace EnvelopeCrypto.Aws.Service;

/// <summary>What the adapter needs of AWS; one implementation, over the SDK. It keeps one client for each Region.</summary>
internal interface IAwsServices : IDisposable
{
    /// <summary>AWS KMS in a Region.</summary>
    IKmsService Kms(string region);

    /// <summary>The keys themselves in a Region.</summary>
    IKmsAdministration Administration(string region);

    /// <summary>The Region that is configured for this run; null when none is.</summary>
    Task<string?> FindRegionAsync(CancellationToken cancellationToken);

    /// <summary>Who is calling: GetCallerIdentity of AWS STS.</summary>
    /// <param name="partition">The partition to ask in when no Region is configured.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="EnvelopeException">RegionRequired, and whatever the service fails with.</exception>
    Task<CallerIdentity> GetCallerIdentityAsync(string partition, CancellationToken cancellationToken);
}
