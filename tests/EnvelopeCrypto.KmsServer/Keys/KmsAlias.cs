namespace EnvelopeCrypto.KmsServer.Keys;

/// <summary>An alias and the key it stands for, in the same Region and account.</summary>
internal sealed record KmsAlias(KmsArn Arn, KmsKey Target, DateTimeOffset Created, DateTimeOffset Updated);
