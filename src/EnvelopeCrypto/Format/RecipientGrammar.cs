using System.Globalization;
using System.Text.RegularExpressions;

namespace EnvelopeCrypto.Format;

/// <summary>
/// The strict grammar of each field that a recipient carries, so that a file can smuggle in no path, host name or endpoint.
/// </summary>
internal static partial class RecipientGrammar
{
    public const int KeyIdSize = 16;
    public const int SaltSize = 16;
    public const int MinIterations = 600_000;
    public const int MaxIterations = 4_000_000;
    public const string PassphraseKid = "passphrase";

    /// <summary>A data key wrapped as a Cobblestone-256 message: 56 bytes before it and a tag of 16 after.</summary>
    public const int SealedKeyLength = 104;

    /// <summary>The same behind a ciphertext of X-Wing (1,120).</summary>
    public const int PairWrappedKeyLength = 1224;

    /// <summary>The key ARN of KMS: partition, Region, account, key; never an alias.</summary>
    [GeneratedRegex("^arn:(aws|aws(-[a-z]+)+):kms:(?<region>[a-z]{2,4}(-[a-z]+)+-[0-9]):(?<account>[0-9]{12}):key/(?<id>mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\\z", RegexOptions.ExplicitCapture, 60_000)]
    public static partial Regex KmsArn();

    /// <summary>A KEK's name in the keyring: lower case, so that it is one name on every file system.</summary>
    [GeneratedRegex("^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?\\z", RegexOptions.ExplicitCapture, 60_000)]
    public static partial Regex LocalName();

    /// <summary>Name, version and key id of a keyring's KEK.</summary>
    [GeneratedRegex("^local:(?<name>[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?)/(?<version>[1-9][0-9]{0,8})/(?<id>[A-Za-z0-9_-]{22})\\z", RegexOptions.ExplicitCapture, 60_000)]
    public static partial Regex LocalKid();

    /// <summary>SHA-256 of a certificate's SubjectPublicKeyInfo.</summary>
    [GeneratedRegex("^x509:sha256:[0-9a-f]{64}\\z", RegexOptions.ExplicitCapture, 60_000)]
    public static partial Regex CertificateKid();

    /// <summary>SHA-256 of the SubjectPublicKeyInfo of a key pair's public half.</summary>
    [GeneratedRegex("^pub:sha256:[0-9a-f]{64}\\z", RegexOptions.ExplicitCapture, 60_000)]
    public static partial Regex PairKid();

    /// <summary>The key of a provider that the user registered.</summary>
    [GeneratedRegex("^(?<provider>[a-z][a-z0-9-]{0,31}):(?<id>(?!.*\\.\\.)[A-Za-z0-9._/-]{1,256})\\z", RegexOptions.ExplicitCapture, 60_000)]
    public static partial Regex ProviderKid();

    /// <summary>
    /// Names that no provider can be registered under. Those that came later are in no file's way: a recipient under one stays readable.
    /// </summary>
    public static bool IsReservedForNew(string provider) =>
        IsReserved(provider) || provider is "pub" or "pkcs11" or "s3" or "tpm" or "file" or "http" or "https";

    /// <summary>Names under which no recipient of a registered provider is read.</summary>
    private static bool IsReserved(string provider) =>
        provider is "local" or "arn" or "alias" or "aws-kms" or "x509" or "passphrase" or "aws" or "kms";

    public static bool IsKnown(string algorithm) => algorithm
        is RecipientAlgorithm.AwsKms or RecipientAlgorithm.AwsKmsRsa or RecipientAlgorithm.Rsa
        or RecipientAlgorithm.Local or RecipientAlgorithm.Passphrase or RecipientAlgorithm.XWing or RecipientAlgorithm.Provider;

    /// <summary>A word for a recipient's <c>alg</c>, known or not: so an unknown one can be shown as it stands.</summary>
    [GeneratedRegex("^[a-z][a-z0-9-]{0,63}\\z", RegexOptions.None, 60_000)]
    public static partial Regex Algorithm();

    public static bool IsKid(string algorithm, string kid) => kid.Length <= FormatLimits.MaxKidLength && algorithm switch
    {
        RecipientAlgorithm.AwsKms or RecipientAlgorithm.AwsKmsRsa => KmsArn().IsMatch(kid),
        RecipientAlgorithm.Rsa => CertificateKid().IsMatch(kid),
        RecipientAlgorithm.Local =>
            LocalKid().Match(kid) is { Success: true } match && Base64UrlText.TryDecode(match.Groups["id"].Value, out _),
        RecipientAlgorithm.Passphrase => kid == PassphraseKid,
        RecipientAlgorithm.XWing => PairKid().IsMatch(kid),
        RecipientAlgorithm.Provider => ProviderKid().Match(kid) is { Success: true } match && !IsReserved(match.Groups["provider"].Value),
        _ => false,
    };

    /// <summary>How long a wrapped key of a known algorithm can be, in bytes.</summary>
    public static (int Shortest, int Longest) WrappedKeyLengths(string algorithm) => algorithm switch
    {
        RecipientAlgorithm.Local or RecipientAlgorithm.Passphrase => (SealedKeyLength, SealedKeyLength),
        RecipientAlgorithm.XWing => (PairWrappedKeyLength, PairWrappedKeyLength),
        _ => (1, FormatLimits.MaxWrappedKeyLength),
    };

    /// <summary>The reference that a recipient answers to: its kid without the version.</summary>
    public static string ReferenceOf(string algorithm, string kid) =>
        algorithm == RecipientAlgorithm.Local ? kid[..kid.IndexOf('/', StringComparison.Ordinal)] : kid;

    public static string LocalKidOf(string name, int version, ReadOnlySpan<byte> keyId) =>
        string.Create(CultureInfo.InvariantCulture, $"local:{name}/{version}/{Base64UrlText.Encode(keyId)}");
}
