namespace EnvelopeCrypto.KmsServer.Callers;

/// <summary>A role whose sessions STS and IAM Identity Center give out.</summary>
public sealed class Role
{
    /// <summary>12 digits.</summary>
    public required string Account { get; init; }

    /// <summary>Without a path.</summary>
    public required string Name { get; init; }

    /// <summary>What its sessions may do.</summary>
    public IReadOnlyList<PolicyDocument> Policies { get; set; } = [];

    /// <summary>The token that AssumeRoleWithWebIdentity takes for it; null for none.</summary>
    public string? WebIdentityToken { get; init; }

    /// <summary>What an external caller has to say; null for nothing.</summary>
    public string? ExternalId { get; init; }

    /// <summary><c>arn:aws:iam::ACCOUNT:role/NAME</c>.</summary>
    public string Arn => $"arn:aws:iam::{Account}:role/{Name}";
}
