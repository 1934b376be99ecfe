using System.Runtime.CompilerServices;
using EnvelopeCrypto.Aws;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// The way to the AWS adapter, which lives in a load context of its own. Its types may stand in bodies of methods only: the first of
/// these that runs loads it, and with it the SDK.
/// </summary>
internal static class AwsAdapter
{
    /// <exception cref="EnvelopeException">ConnectionInvalid.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IKekProvider OpenProvider(string? profileName, string? region, string? endpointUrl) =>
        new AwsKmsKekProvider(new AwsKmsConnection { ProfileName = profileName, Region = region, EndpointUrl = endpointUrl });

    /// <summary>Makes a key and its alias; gives the one that is there already.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static EnvelopeAwsKek CreateKek(NewEnvelopeKekCommand command, KekReference alias, CancellationToken cancellationToken)
    {
        using var keks = Open(command);
        var specification = new AwsKmsKekSpecification
        {
            Description = command.Description,
            EnableRotation = command.EnableRotation,
            RotationPeriodInDays = command.RotationPeriodInDays,
            MultiRegion = command.MultiRegion,
            KeySpec = command.KeySpec,
            Tags = ContextTable.Pairs(command.Tag).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
        };
        return Shown(keks.CreateAsync(alias, specification, cancellationToken).GetAwaiter().GetResult());
    }

    /// <summary>Describes a key.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static EnvelopeAwsKek DescribeKek(KeyServiceCmdlet command, KekReference kek, CancellationToken cancellationToken)
    {
        using var keks = Open(command);
        return Shown(keks.DescribeAsync(kek, cancellationToken).GetAwaiter().GetResult());
    }

    /// <summary>Gives a key new material.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static EnvelopeAwsKek RotateKek(KeyServiceCmdlet command, KekReference kek, CancellationToken cancellationToken)
    {
        using var keks = Open(command);
        return Shown(keks.RotateAsync(kek, cancellationToken).GetAwaiter().GetResult());
    }

    /// <summary>The aliases of the account, for completion.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IReadOnlyList<string> Aliases(
        string? profileName, string? region, string? endpointUrl, CancellationToken cancellationToken)
    {
        using var keks = new AwsKmsKeks(new AwsKmsConnection { ProfileName = profileName, Region = region, EndpointUrl = endpointUrl });
        return keks.ListAliasesAsync(cancellationToken).GetAwaiter().GetResult();
    }

    /// <summary>The Regions of AWS, for completion.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IReadOnlyList<string> Regions() => AwsKmsKeks.KnownRegions;

    private static AwsKmsKeks Open(KeyServiceCmdlet command) =>
        new(new AwsKmsConnection { ProfileName = command.ProfileName, Region = command.Region, EndpointUrl = command.EndpointUrl });

    private static EnvelopeAwsKek Shown(AwsKmsKekInfo kek) => new()
    {
        Kek = kek.Reference,
        Alias = kek.Aliases,
        Description = kek.Description,
        State = kek.State,
        KeySpec = kek.KeySpec,
        MultiRegion = kek.MultiRegion,
        Created = kek.Created?.LocalDateTime,
        Deletion = kek.Deletion?.LocalDateTime,
        RotationEnabled = kek.RotationEnabled,
        RotationPeriodInDays = kek.RotationPeriodInDays,
        NextRotation = kek.NextRotation?.LocalDateTime,
    };
}
