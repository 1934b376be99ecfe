using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Fuzz.Targets;

/// <summary>Recipients for seeds. They open nothing.</summary>
internal static class SeedRecipients
{
    public const long IssuedAt = 1_795_284_000;

    private const string Arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    /// <summary>Lists that differ in what the parser has to look at.</summary>
    public static IReadOnlyList<Recipient[]> Lists { get; } =
    [
        [Of(RecipientAlgorithm.Local, "local:default/1/AAAAAAAAAAAAAAAAAAAAAA", RecipientGrammar.SealedKeyLength)],
        [
            Of(RecipientAlgorithm.AwsKms, Arn, 20), Of(RecipientAlgorithm.Rsa, "x509:sha256:" + new string('a', 64), 20),
            Of(RecipientAlgorithm.Provider, "vault:a/b.c", 1),
            Of(RecipientAlgorithm.XWing, "pub:sha256:" + new string('b', 64), RecipientGrammar.PairWrappedKeyLength),
        ],
        [
            Of(RecipientAlgorithm.AwsKmsRsa, Arn.Replace("1234abcd-12ab-34cd-56ef-1234567890ab", "mrk-" + new string('0', 32), StringComparison.Ordinal), 2),
            Of(RecipientAlgorithm.Passphrase, RecipientGrammar.PassphraseKid, RecipientGrammar.SealedKeyLength) with
            {
                Salt = new byte[RecipientGrammar.SaltSize],
                Iterations = RecipientGrammar.MinIterations,
            },
        ],
        [Recipient.FromText("""{"alg":"from-the-future","n":[0,-1,true,false,null,{"y":"\u0000\"\\"}]}""")],
    ];

    private static Recipient Of(string algorithm, string kid, int length) =>
        new() { Algorithm = algorithm, Kid = kid, IssuedAt = IssuedAt, WrappedKey = new byte[length] };
}
