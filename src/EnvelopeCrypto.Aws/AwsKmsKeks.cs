using EnvelopeCrypto.Aws.Sdk;
using EnvelopeCrypto.Aws.Service;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Aws;

/// <summary>Customer managed keys of AWS KMS: makes, describes and rotates them.</summary>
public sealed class AwsKmsKeks : IDisposable
{
    private static readonly string[] KeySpecs = [KmsWords.Symmetric, "RSA_2048", "RSA_3072", "RSA_4096"];

    private readonly SdkServices _services;

    /// <summary>The Regions that the SDK knows; there may be newer ones.</summary>
    public static IReadOnlyList<string> KnownRegions => SdkPartition.KnownRegions;

    /// <param name="connection">Profile, Region and endpoint.</param>
    /// <exception cref="EnvelopeException">ConnectionInvalid.</exception>
    public AwsKmsKeks(AwsKmsConnection connection)
        : this(new SdkServices(connection, SdkLimits.Default))
    {
    }

    internal AwsKmsKeks(SdkServices services) => _services = services;

    /// <summary>
    /// Makes a key and its alias. Safe to run again: when the alias is there and its key is of the same spec, that key is given, and
    /// rotation is enabled if it was asked for. Description and tags of a key that is there stay as they are.
    /// </summary>
    /// <param name="reference">The alias: <c>alias/NAME</c>, or its ARN.</param>
    /// <param name="specification">What it is to be.</param>
    /// <param name="cancellationToken">Stops the calls; a key that was just made and has no alias yet is scheduled for deletion.</param>
    /// <exception cref="EnvelopeException">
    /// KekReferenceInvalid for what is not an alias; KekUnsuitable for a specification that no KEK can have; KekExists when the alias is
    /// another key's; KekDisabled, KekPendingDeletion; AccessDenied and whatever else the service fails with.
    /// </exception>
    public async Task<AwsKmsKekInfo> CreateAsync(
        KekReference reference, AwsKmsKekSpecification specification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(specification);
        var alias = AliasOf(reference);
        Validate(specification);
        var region = await KmsKeys.RegionAsync(_services, reference, cancellationToken);
        var kms = _services.Kms(region);

        var existing = await TryDescribeAsync(reference, region, cancellationToken);
        var maker = new KmsKeyMaker(kms, stop => TryDescribeAsync(reference, region, stop));
        var key = existing ?? await maker.MakeAsync(alias, specification, cancellationToken);
        RequireSame(key, specification, reference);
        if (specification.EnableRotation || specification.RotationPeriodInDays is not null)
            await RequireRotationAsync(kms, key.KeyArn, specification, cancellationToken);
        return await InfoAsync(key, kms, cancellationToken) with { IsNew = existing is null };
    }

    /// <summary>Describes a key.</summary>
    /// <exception cref="EnvelopeException">KekNotFound, AccessDenied, RegionRequired and whatever else the service fails with.</exception>
    public async Task<AwsKmsKekInfo> DescribeAsync(KekReference reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var region = await KmsKeys.RegionAsync(_services, reference, cancellationToken);
        return await InfoAsync(await AskAsync(reference, region, cancellationToken), _services.Kms(region), cancellationToken);
    }

    /// <summary>
    /// Gives a symmetric key new material, which wraps from then on; what older material wrapped still opens. The ARN stays.
    /// </summary>
    /// <exception cref="EnvelopeException">
    /// KekNotFound, KekUnsuitable, AccessDenied, RegionRequired and whatever else the service fails with.
    /// </exception>
    public async Task<AwsKmsKekInfo> RotateAsync(KekReference reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var region = await KmsKeys.RegionAsync(_services, reference, cancellationToken);
        var key = await AskAsync(reference, region, cancellationToken);
        var kms = _services.Kms(region);
        await kms.RotateAsync(key.KeyArn, cancellationToken);
        return await InfoAsync(key, kms, cancellationToken);
    }

    /// <summary>The aliases of the caller's own keys in the Region, the first hundred; those of AWS's services are left out.</summary>
    /// <exception cref="EnvelopeException">AccessDenied, RegionRequired and whatever else the service fails with.</exception>
    public async Task<IReadOnlyList<string>> ListAliasesAsync(CancellationToken cancellationToken)
    {
        var region = await KmsKeys.RegionAsync(_services, KekReference.Parse("alias/any"), cancellationToken);
        var aliases = await _services.Kms(region).ListAliasesAsync(cancellationToken);
        return [.. aliases.Where(alias => !alias.StartsWith("alias/aws/", StringComparison.Ordinal))];
    }

    /// <inheritdoc/>
    public void Dispose() => _services.Dispose();

    private static string AliasOf(KekReference reference)
    {
        var alias = reference.Id.StartsWith("arn:", StringComparison.Ordinal) ? reference.Id.Split(':', 6)[5] : reference.Id;
        if (!alias.StartsWith("alias/", StringComparison.Ordinal))
        {
            throw new EnvelopeException(
                EnvelopeError.KekReferenceInvalid,
                $"{reference}: a key of AWS KMS is made under an alias; its id is not yours to choose. Name it alias/NAME.");
        }
        if (alias.StartsWith("alias/aws/", StringComparison.Ordinal))
        {
            throw new EnvelopeException(
                EnvelopeError.KekReferenceInvalid, $"{reference}: aliases that begin with alias/aws/ are those of AWS itself.");
        }
        return alias;
    }

    private static void Validate(AwsKmsKekSpecification specification)
    {
        if (specification.KeySpec is { } spec && !KeySpecs.Contains(spec))
        {
            throw new EnvelopeException(
                EnvelopeError.KekUnsuitable, $"'{spec}' is not a spec of a KEK; there are {string.Join(", ", KeySpecs)}.");
        }
        var rotates = specification.EnableRotation || specification.RotationPeriodInDays is not null;
        if (rotates && specification.KeySpec is { } kind && kind != KmsWords.Symmetric)
            throw new EnvelopeException(EnvelopeError.KekUnsuitable, "AWS KMS rotates symmetric keys only.");
        if (specification.RotationPeriodInDays is < 90 or > 2560)
        {
            throw new EnvelopeException(
                EnvelopeError.KekUnsuitable,
                $"a rotation period of {specification.RotationPeriodInDays} days is not offered; AWS KMS takes 90 to 2560.");
        }
    }

    private static void RequireSame(KmsKeyDescription key, AwsKmsKekSpecification wanted, KekReference reference)
    {
        var spec = wanted.KeySpec ?? KmsWords.Symmetric;
        if (key.Spec != spec || key.Usage != KmsWords.EncryptDecrypt || key.IsMultiRegion != wanted.MultiRegion)
        {
            throw new EnvelopeException(
                EnvelopeError.KekExists,
                $"{reference} is there and is another kind of key: {key.KeyArn}, {key.Spec} for {key.Usage}"
                + $"{(key.IsMultiRegion ? ", multi-Region" : "")}; nothing was changed.");
        }
        KmsState.RequireEnabled(key);
    }

    private async Task<KmsKeyDescription> AskAsync(KekReference reference, string region, CancellationToken cancellationToken)
    {
        var key = await _services.Kms(region).DescribeKeyAsync(reference.Id, cancellationToken);
        KmsCheck.Described(key, reference.Id, region);
        return key;
    }

    private async Task<KmsKeyDescription?> TryDescribeAsync(KekReference reference, string region, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(reference, region, cancellationToken);
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.KekNotFound)
        {
            return null;
        }
    }

    private static async Task RequireRotationAsync(
        SdkKms kms, string keyArn, AwsKmsKekSpecification wanted, CancellationToken cancellationToken)
    {
        var now = await TryAsync(() => kms.GetRotationAsync(keyArn, cancellationToken));
        if (now is not { IsEnabled: true } || (wanted.RotationPeriodInDays is { } days && now.PeriodInDays != days))
        {
            await KmsKeyMaker.SoonAsync(
                () => kms.EnableRotationAsync(keyArn, wanted.RotationPeriodInDays, cancellationToken), cancellationToken);
        }
    }

    private static async Task<AwsKmsKekInfo> InfoAsync(
        KmsKeyDescription key, SdkKms kms, CancellationToken cancellationToken)
    {
        var rotates = key.Spec == KmsWords.Symmetric && key.Origin == KmsWords.OwnOrigin;
        var rotation = rotates ? await TryAsync(() => kms.GetRotationAsync(key.KeyArn, cancellationToken)) : null;
        return new AwsKmsKekInfo
        {
            Reference = key.KeyArn,
            Aliases = await TryAsync(() => kms.ListAliasesAsync(key.KeyArn, cancellationToken)),
            Description = key.Description,
            State = key.State,
            KeySpec = key.Spec,
            MultiRegion = key.IsMultiRegion,
            Created = key.Created,
            Deletion = key.Deletion,
            RotationEnabled = rotation?.IsEnabled,
            RotationPeriodInDays = rotation is { IsEnabled: true } ? rotation.PeriodInDays : null,
            NextRotation = rotation is { IsEnabled: true } ? rotation.Next : null,
        };
    }

    // Beside the point for who may use the key but not see these.
    private static async Task<T?> TryAsync<T>(Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (EnvelopeException failure) when (failure.Error is EnvelopeError.AccessDenied or EnvelopeError.KekUnsuitable
            or EnvelopeError.KekNotFound or EnvelopeError.KekPendingDeletion or EnvelopeError.KekDisabled)
        {
            return null;
        }
    }
}
