using System.Diagnostics.CodeAnalysis;

namespace EnvelopeCrypto.Format;

/// <summary>
/// The ARN of a key of AWS KMS in its strict form: <c>arn:PARTITION:kms:REGION:ACCOUNT:key/ID</c>, never an alias. What does not have
/// this form is not an ARN here, so that no host name can come in by way of a Region.
/// </summary>
internal sealed record KmsKeyArn
{
    private const string MultiRegionPrefix = "mrk-";

    private KmsKeyArn(string text, string partition, string region, string account, string id)
    {
        Text = text;
        Partition = partition;
        Region = region;
        Account = account;
        Id = id;
    }

    /// <summary>The ARN as it stands.</summary>
    public string Text { get; }

    /// <summary><c>aws</c>, <c>aws-cn</c>, <c>aws-us-gov</c> and such.</summary>
    public string Partition { get; }

    /// <summary>The Region, such as <c>eu-west-1</c>.</summary>
    public string Region { get; }

    /// <summary>The account, 12 digits.</summary>
    public string Account { get; }

    /// <summary>The key's id: a UUID, or <c>mrk-</c> and 32 hexadecimal digits for a multi-Region key.</summary>
    public string Id { get; }

    /// <summary>Whether keys with the same material can stand in other Regions.</summary>
    public bool IsMultiRegion => Id.StartsWith(MultiRegionPrefix, StringComparison.Ordinal);

    /// <summary>Reads an ARN; false for anything else.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out KmsKeyArn? arn)
    {
        arn = null;
        var match = text is null ? null : RecipientGrammar.KmsArn().Match(text);
        if (match is not { Success: true })
            return false;
        var groups = match.Groups;
        arn = new KmsKeyArn(text!, text!.Split(':')[1], groups["region"].Value, groups["account"].Value, groups["id"].Value);
        return true;
    }

    /// <summary>The same multi-Region key in another Region: a primary key and its replicas have the same material and id.</summary>
    public bool IsRelatedTo(KmsKeyArn other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return IsMultiRegion && other.Id == Id && other.Account == Account && other.Partition == Partition;
    }

    /// <summary>
    /// The ARN that the multi-Region key would have in another Region; null for a key of one Region, and for a Region that is none.
    /// </summary>
    public KmsKeyArn? InRegion(string region) =>
        IsMultiRegion && TryParse($"arn:{Partition}:kms:{region}:{Account}:key/{Id}", out var related) ? related : null;

    /// <inheritdoc/>
    public override string ToString() => Text;
}
