using System.Diagnostics.CodeAnalysis;

namespace EnvelopeCrypto.KmsServer.Keys;

/// <summary>The ARN of a key (<c>arn:aws:kms:REGION:ACCOUNT:key/ID</c>) or of an alias (<c>...:alias/NAME</c>).</summary>
internal readonly record struct KmsArn(string Region, string Account, string Resource)
{
    public bool IsAlias => Resource.StartsWith("alias/", StringComparison.Ordinal);

    /// <summary>What stands after <c>key/</c>, or <c>alias/NAME</c> whole: KMS calls both so.</summary>
    public string Id => IsAlias ? Resource : Resource["key/".Length..];

    public static bool TryParse(string text, [NotNullWhen(true)] out KmsArn? arn)
    {
        var parts = text.Split(':', 6);
        arn = parts is ["arn", "aws", "kms", var region, var account, var resource]
            && (resource.StartsWith("key/", StringComparison.Ordinal) || resource.StartsWith("alias/", StringComparison.Ordinal))
            ? new KmsArn(region, account, resource)
            : null;
        return arn is not null;
    }

    public override string ToString() => $"arn:aws:kms:{Region}:{Account}:{Resource}";
}
