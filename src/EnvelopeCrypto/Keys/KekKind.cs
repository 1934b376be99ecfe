namespace EnvelopeCrypto.Keys;

/// <summary>Where a KEK lives.</summary>
public enum KekKind
{
    /// <summary>The local keyring: <c>local:NAME</c>.</summary>
    Local,

    /// <summary>AWS KMS: a key ARN, an alias or <c>aws-kms:ID</c>.</summary>
    AwsKms,

    /// <summary>A certificate: <c>x509:PATH-OR-THUMBPRINT</c>.</summary>
    Certificate,

    /// <summary>The public half of a key pair: <c>pub:PATH</c>.</summary>
    PublicKey,

    /// <summary>A passphrase: <c>passphrase</c>.</summary>
    Passphrase,

    /// <summary>A provider that the user registered: <c>NAME:ID</c>.</summary>
    Provider,
}
