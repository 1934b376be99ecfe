using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>Recipients of every kind whose wrapped keys open nothing.</summary>
internal static class SampleRecipients
{
    public const string KmsArn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    public const string CertificateKid = "x509:sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    public const string KeyPairKid = "pub:sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    public const long IssuedAt = 1_795_284_000;

    public static string LocalKid { get; } = RecipientGrammar.LocalKidOf("default", 1, SampleBytes.Of(16));

    public static Recipient Kms(int seed = 1) => Of(RecipientAlgorithm.AwsKms, KmsArn, SampleBytes.Of(184, seed));

    public static Recipient KmsRsa(int seed = 1) => Of(RecipientAlgorithm.AwsKmsRsa, KmsArn, SampleBytes.Of(256, seed));

    public static Recipient Certificate(int seed = 1) => Of(RecipientAlgorithm.Rsa, CertificateKid, SampleBytes.Of(256, seed));

    public static Recipient Local(int seed = 1) =>
        Of(RecipientAlgorithm.Local, LocalKid, SampleBytes.Of(RecipientGrammar.SealedKeyLength, seed));

    public static Recipient KeyPair(int seed = 1) =>
        Of(RecipientAlgorithm.XWing, KeyPairKid, SampleBytes.Of(RecipientGrammar.PairWrappedKeyLength, seed));

    public static Recipient Provider(int seed = 1) => Of(RecipientAlgorithm.Provider, "vault:transit/backup", SampleBytes.Of(61, seed));

    public static Recipient Passphrase(int seed = 1) =>
        Of(RecipientAlgorithm.Passphrase, RecipientGrammar.PassphraseKid, SampleBytes.Of(RecipientGrammar.SealedKeyLength, seed)) with
        {
            Salt = SampleBytes.Of(RecipientGrammar.SaltSize, seed),
            Iterations = RecipientGrammar.MinIterations,
        };

    /// <summary>What a later version of the format might hold.</summary>
    public static Recipient Unknown(string json = """{"alg":"ml-kem-1024","kid":"k","nested":{"a":[1,null,true]}}""")
    {
        var list = System.Text.Encoding.UTF8.GetBytes($$"""{"recipients":[{{json}}]}""");
        return RecipientList.Parse(list)[0];
    }

    /// <summary>One of each kind, one of them of a kind that is not known.</summary>
    public static Recipient[] OfEveryKind() => [Kms(), KmsRsa(), Certificate(), Local(), KeyPair(), Provider(), Passphrase(), Unknown()];

    public static Recipient Of(string algorithm, string kid, byte[] wrappedKey) =>
        new() { Algorithm = algorithm, Kid = kid, IssuedAt = IssuedAt, WrappedKey = wrappedKey };
}
