namespace EnvelopeCrypto.Aws;

/// <summary>How a key of AWS KMS wraps.</summary>
internal enum KmsKeyKind
{
    /// <summary>It was named by its ARN, and has not been used yet.</summary>
    Unknown,

    /// <summary>A symmetric key: wraps in KMS, with the encryption context.</summary>
    Symmetric,

    /// <summary>An RSA key: wraps here with its public key.</summary>
    Rsa,
}
