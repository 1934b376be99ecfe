namespace EnvelopeCrypto.KmsServer.Callers;

/// <summary>An identity with the credentials it signs with: a user, or the session of a role.</summary>
public sealed class Caller
{
    /// <summary>Such as <c>AKIDTEST...</c>.</summary>
    public required string AccessKeyId { get; init; }

    /// <summary>What requests are signed with.</summary>
    public required string SecretAccessKey { get; init; }

    /// <summary>Of a session only.</summary>
    public string? SessionToken { get; init; }

    /// <summary>12 digits.</summary>
    public required string Account { get; init; }

    /// <summary><c>arn:aws:iam::ACCOUNT:user/NAME</c> or <c>arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION</c>.</summary>
    public required string Arn { get; init; }

    /// <summary>The role's own ARN, which key policies can name; null for a user.</summary>
    public string? RoleArn { get; init; }

    /// <summary>When the credentials of a session end; null for never.</summary>
    public DateTimeOffset? Expires { get; internal set; }

    /// <summary>What it may do; with none, nothing.</summary>
    public IReadOnlyList<PolicyDocument> Policies { get; set; } = [];

    /// <summary>What STS calls UserId.</summary>
    internal string UserId => $"AIDATEST{AccessKeyId}:{Arn[(Arn.LastIndexOf('/') + 1)..]}";
}
