namespace EnvelopeCrypto.Aws.Service;

/// <summary>Words and sizes of the AWS KMS API reference.</summary>
internal static class KmsWords
{
    public const string Symmetric = "SYMMETRIC_DEFAULT";
    public const string RsaPrefix = "RSA_";
    public const string RsaOaepSha256 = "RSAES_OAEP_SHA_256";
    public const string EncryptDecrypt = "ENCRYPT_DECRYPT";
    public const string Enabled = "Enabled";
    public const string Disabled = "Disabled";
    public const string PendingDeletion = "PendingDeletion";
    public const string PendingReplicaDeletion = "PendingReplicaDeletion";
    public const string OwnOrigin = "AWS_KMS";

    /// <summary>The longest CiphertextBlob, in bytes.</summary>
    public const int MaxCiphertextLength = 6144;
}
