using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys;

/// <summary>Which sentences of a way out are about the recipients that did not open: "Of a key pair: ..." is about no certificate.</summary>
internal static class RecipientCase
{
    /// <param name="sentence">Of a way out.</param>
    /// <param name="algorithms">Of the recipients; none where the failure is about none.</param>
    public static bool Concerns(string sentence, IReadOnlyList<string> algorithms) =>
        algorithms.Count == 0 || AlgorithmOf(sentence) is not { } algorithm || algorithms.Contains(algorithm, StringComparer.Ordinal);

    private static string? AlgorithmOf(string sentence) => sentence.Split(": ")[0] switch
    {
        "Of a certificate" => RecipientAlgorithm.Rsa,
        "Of a key pair" => RecipientAlgorithm.XWing,
        "Of a passphrase" => RecipientAlgorithm.Passphrase,
        _ => null,
    };
}
