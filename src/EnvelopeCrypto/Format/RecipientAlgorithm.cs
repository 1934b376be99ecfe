namespace EnvelopeCrypto.Format;

/// <summary>The words for a recipient's <c>alg</c>.</summary>
public static class RecipientAlgorithm
{
    /// <summary>A KMS ciphertext under a symmetric KMS key.</summary>
    public const string AwsKms = "aws-kms";

    /// <summary>RSAES-OAEP with SHA-256 to an RSA key of KMS; unwrapped by KMS.</summary>
    public const string AwsKmsRsa = "aws-kms-rsa-oaep-256";

    /// <summary>RSAES-OAEP with SHA-256 and MGF1-SHA-256 (RFC 8017) to a certificate.</summary>
    public const string Rsa = "rsa-oaep-256";

    /// <summary>Cobblestone-256 under a KEK of the local keyring.</summary>
    public const string Local = "local";

    /// <summary>Cobblestone-256 under a KEK that PBKDF2-HMAC-SHA-512 derives from a passphrase.</summary>
    public const string Passphrase = "pbkdf2-sha512";

    /// <summary>X-Wing (ML-KEM-768 with X25519) to the public half of a key pair, then Cobblestone-256.</summary>
    public const string XWing = "x-wing";

    /// <summary>
    /// Whether what the algorithm wrapped stays closed to a quantum computer, as far as is known: AES-256, of the service too, passphrases
    /// and X-Wing. Not RSA; of a registered provider and an unknown algorithm nothing is known.
    /// </summary>
    public static bool IsPostQuantum(string algorithm) => algorithm is XWing or Local or Passphrase or AwsKms;

    /// <summary>Whatever a provider that the user registered makes of a data key.</summary>
    public const string Provider = "provider";
}
