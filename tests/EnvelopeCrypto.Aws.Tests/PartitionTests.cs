using EnvelopeCrypto.Aws.Sdk;
using EnvelopeCrypto.Aws.Service;
using EnvelopeCrypto.Aws.Tests.Support;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Aws.Tests;

/// <summary>
/// A file chooses neither the host that is asked for the account nor, beyond its partition, the one that is asked for its key.
/// </summary>
public sealed class PartitionTests : KmsBench
{
    [Theory]
    [InlineData("aws", "eu-west-1", true)]
    [InlineData("aws", "eu-new-7", true)]
    [InlineData("aws-cn", "cn-north-1", true)]
    [InlineData("aws-us-gov", "us-gov-east-1", true)]
    [InlineData("aws-eusc", "eusc-de-east-1", true)]
    [InlineData("aws", "cn-evil-1", false)]
    [InlineData("aws", "us-iso-x-1", false)]
    [InlineData("aws", "us-gov-west-1", false)]
    [InlineData("aws", "zz-nowhere-9", false)]
    [InlineData("aws-cn", "eu-west-1", false)]
    [InlineData("aws-nobodys", "eu-west-1", false)]
    public async Task A_Region_of_another_partition_is_not_asked(string partition, string region, bool holds)
    {
        Assert.Equal(holds, SdkPartition.Holds(partition, region));
        if (holds)
            return;
        var arn = $"arn:{partition}:kms:{region}:111122223333:key/11111111-1111-1111-1111-111111111111";
        var recipient = new Recipient { Algorithm = RecipientAlgorithm.AwsKms, Kid = arn, IssuedAt = 0, WrappedKey = new byte[100] };
        using var provider = Provider();
        await RefusedAsync(
            EnvelopeError.KekReferenceInvalid, async () => await provider.UnwrapAsync(recipient, Context, CancellationToken.None));
        await RefusedAsync(
            EnvelopeError.KekReferenceInvalid, async () => await provider.IsAllowedByDefaultAsync(recipient, CancellationToken.None));
        await RefusedAsync(
            EnvelopeError.KekReferenceInvalid, async () => await provider.OpenAsync(KekReference.Parse(arn), CancellationToken.None));
        var alias = KekReference.Parse($"arn:{partition}:kms:{region}:111122223333:alias/a");
        await RefusedAsync(EnvelopeError.KekReferenceInvalid, async () => await provider.IdentifyAsync(alias, CancellationToken.None));
        Assert.Equal(0, Service.Own.Calls.Total);
    }

    [Theory]
    [InlineData("aws", "us-east-1")]
    [InlineData("aws-cn", "cn-north-1")]
    [InlineData("aws-us-gov", "us-gov-west-1")]
    [InlineData("aws-iso", null)]
    public void The_account_is_asked_for_in_a_well_known_Region(string partition, string? region) =>
        Assert.Equal(region, SdkPartition.Home(partition));

    [Fact]
    public async Task Each_partition_is_asked_once_and_a_failure_in_one_is_not_anothers()
    {
        List<string> asked = [];
        var account = new CallerAccount(_ => Task.FromResult<string?>(null), Identify, CancellationToken.None);
        await RefusedAsync(EnvelopeError.RegionRequired, () => account.OwnsAsync(Arn("aws-iso", "us-iso-east-1"), CancellationToken.None));
        Assert.True(await account.OwnsAsync(Arn("aws", "eu-west-1"), CancellationToken.None));
        Assert.True(await account.OwnsAsync(Arn("aws", "ap-south-1"), CancellationToken.None));
        Assert.Equal(["aws-iso", "aws"], asked);

        Task<CallerIdentity> Identify(string partition, CancellationToken cancellationToken)
        {
            asked.Add(partition);
            return partition == "aws"
                ? Task.FromResult(new CallerIdentity("aws", "111122223333"))
                : throw new EnvelopeException(EnvelopeError.RegionRequired, "no Region is known.");
        }
    }

    private static KmsKeyArn Arn(string partition, string region)
    {
        Assert.True(KmsKeyArn.TryParse($"arn:{partition}:kms:{region}:111122223333:key/11111111-1111-1111-1111-111111111111", out var arn));
        return arn;
    }
}
