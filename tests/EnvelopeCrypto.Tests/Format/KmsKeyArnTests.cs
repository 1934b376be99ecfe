using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Tests.Format;

public sealed class KmsKeyArnTests
{
    private const string MultiRegion = "arn:aws:kms:eu-central-1:111122223333:key/mrk-00112233445566778899aabbccddeeff";

    [Fact]
    public void Its_parts_are_read()
    {
        Assert.True(
            KmsKeyArn.TryParse("arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/0a0b0c0d-1111-2222-3333-444455556666", out var arn));
        Assert.Equal(
            ("aws-us-gov", "us-gov-west-1", "111122223333", "0a0b0c0d-1111-2222-3333-444455556666"),
            (arn.Partition, arn.Region, arn.Account, arn.Id));
        Assert.False(arn.IsMultiRegion);
        Assert.Null(arn.InRegion("us-gov-east-1"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("alias/backup")]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:alias/backup")]
    [InlineData("arn:aws:kms:evil.example.com:111122223333:key/0a0b0c0d-1111-2222-3333-444455556666")]
    [InlineData("arn:aws:kms:eu-central-1:111122223333:key/0a0b0c0d-1111-2222-3333-444455556666\n")]
    public void Anything_else_is_none(string? text) => Assert.False(KmsKeyArn.TryParse(text, out _));

    [Fact]
    public void A_multi_Region_key_is_related_to_itself_in_other_Regions_alone()
    {
        Assert.True(KmsKeyArn.TryParse(MultiRegion, out var arn));
        var replica = arn.InRegion("eu-west-1");
        Assert.Equal(MultiRegion.Replace("eu-central-1", "eu-west-1", StringComparison.Ordinal), replica?.Text);
        Assert.True(arn.IsRelatedTo(replica!));
        foreach (var other in new[] { MultiRegion.Replace("111122223333", "444455556666", StringComparison.Ordinal), MultiRegion[..^1] + "0", MultiRegion.Replace("arn:aws:", "arn:aws-cn:", StringComparison.Ordinal) })
        {
            Assert.True(KmsKeyArn.TryParse(other, out var stranger));
            Assert.False(arn.IsRelatedTo(stranger));
        }
        Assert.Null(arn.InRegion("evil.example.com"));
    }
}
