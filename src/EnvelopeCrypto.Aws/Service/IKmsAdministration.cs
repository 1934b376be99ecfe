namespace EnvelopeCrypto.Aws.Service;

/// <summary>What is done to keys themselves, in one Region.</summary>
internal interface IKmsAdministration
{
    /// <summary>CreateKey, for ENCRYPT_DECRYPT.</summary>
    Task<KmsKeyDescription> CreateKeyAsync(AwsKmsKekSpecification specification, CancellationToken cancellationToken);

    /// <summary>CreateAlias.</summary>
    Task CreateAliasAsync(string alias, string keyArn, CancellationToken cancellationToken);

    /// <summary>ScheduleKeyDeletion, after the shortest time.</summary>
    Task ScheduleDeletionAsync(string keyArn, CancellationToken cancellationToken);

    /// <summary>EnableKeyRotation.</summary>
    Task EnableRotationAsync(string keyArn, int? periodInDays, CancellationToken cancellationToken);

    /// <summary>GetKeyRotationStatus.</summary>
    Task<KmsRotation> GetRotationAsync(string keyArn, CancellationToken cancellationToken);

    /// <summary>RotateKeyOnDemand.</summary>
    Task RotateAsync(string keyArn, CancellationToken cancellationToken);

    /// <summary>ListAliases of one key.</summary>
    Task<IReadOnlyList<string>> ListAliasesAsync(string keyArn, CancellationToken cancellationToken);

    /// <summary>ListAliases of the account in this Region, the first hundred of them.</summary>
    Task<IReadOnlyList<string>> ListAliasesAsync(CancellationToken cancellationToken);
}
