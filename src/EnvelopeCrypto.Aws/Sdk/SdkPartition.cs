using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Amazon;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>
/// The partitions of AWS and the Regions in them, by the SDK's own list. Host names follow from a Region's partition, not from the
/// ARN's, so both have to be the same before anyone is asked.
/// </summary>
internal static class SdkPartition
{
    private static readonly TimeSpan MatchTime = TimeSpan.FromMinutes(1);

    // The pattern and not the list of Regions, so that a Region which is newer than the SDK serves.
    private static readonly FrozenDictionary<string, Regex> Regions = RegionEndpoint.EnumerableAllRegions
        .GroupBy(region => region.PartitionName, StringComparer.Ordinal)
        .ToFrozenDictionary(
            group => group.Key,
            group => new Regex(group.First().PartitionRegionRegex, RegexOptions.CultureInvariant, MatchTime),
            StringComparer.Ordinal);

    /// <summary>All Regions of all partitions, sorted.</summary>
    public static IReadOnlyList<string> KnownRegions =>
        [.. RegionEndpoint.EnumerableAllRegions.Select(region => region.SystemName).Order(StringComparer.Ordinal)];

    /// <summary>Whether a Region is one of a partition.</summary>
    public static bool Holds(string partition, string region) => Regions.TryGetValue(partition, out var pattern) && pattern.IsMatch(region);

    /// <exception cref="EnvelopeException">KekReferenceInvalid.</exception>
    public static void Require(string arn)
    {
        if (arn.Split(':') is not [_, var partition, _, var region, ..] || !Holds(partition, region))
        {
            throw new EnvelopeException(
                EnvelopeError.KekReferenceInvalid, $"{arn} names a Region that is not one of its partition; no one was asked.");
        }
    }

    /// <exception cref="EnvelopeException">KekReferenceInvalid.</exception>
    public static KmsKeyArn Require(KmsKeyArn arn)
    {
        Require(arn.Text);
        return arn;
    }

    /// <summary>
    /// The Region that answers who one is when no Region is set; null in partitions that have no such well-known one.
    /// </summary>
    public static string? Home(string partition) => partition switch
    {
        "aws" => "us-east-1",
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        _ => null,
    };
}
