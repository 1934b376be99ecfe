using System.Text.RegularExpressions;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys;

/// <summary>The name by which a user calls a KEK. Its provider turns it into canonical form before it is compared.</summary>
public sealed partial record KekReference
{
    private const string Allowed =
        "Allowed are local:NAME, arn:aws:kms:..., alias/NAME, aws-kms:ID, x509:PATH-OR-THUMBPRINT, pub:PATH, passphrase, "
        + "and NAME:ID of a registered provider.";

    private KekReference(KekKind kind, string id, string text)
    {
        Kind = kind;
        Id = id;
        Text = text;
    }

    /// <summary>Where the KEK lives.</summary>
    public KekKind Kind { get; }

    /// <summary>What follows the prefix: a name, an ARN, <c>alias/NAME</c>, a path or thumbprint; for a provider the whole.</summary>
    public string Id { get; }

    /// <summary>The reference as it was given.</summary>
    public string Text { get; }

    /// <summary>Whether only its service can say which key is meant: an alias or a bare id of AWS KMS.</summary>
    internal bool IsResolvedByService => Kind == KekKind.AwsKms && !RecipientGrammar.KmsArn().IsMatch(Id);

    /// <exception cref="EnvelopeException">
    /// <see cref="EnvelopeError.KekReferenceInvalid"/>, naming what is allowed or was meant.
    /// </exception>
    public static KekReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var why) ?? throw Invalid(text, why);
    }

    // Null with the reason when it is none.
    private static KekReference? TryParse(string text, out string why)
    {
        why = LooksLikePath(text) ? "it looks like a path" : "it has no known form";
        if (text.StartsWith("local:", StringComparison.Ordinal))
        {
            why = "a name in the keyring has 1 to 64 of the characters a-z 0-9 . _ - (lower case), a letter or digit at either end";
            return RecipientGrammar.LocalName().IsMatch(text[6..]) ? new(KekKind.Local, text[6..], text) : null;
        }
        if (text.StartsWith("x509:", StringComparison.Ordinal))
        {
            why = "the certificate's path or thumbprint is missing";
            return text.Length > 5 ? new(KekKind.Certificate, text[5..], text) : null;
        }
        if (text.StartsWith("pub:", StringComparison.Ordinal))
        {
            why = "the path of the public half is missing";
            return text.Length > 4 ? new(KekKind.PublicKey, text[4..], text) : null;
        }
        if (text == RecipientGrammar.PassphraseKid)
            return new(KekKind.Passphrase, text, text);
        if (text.StartsWith("arn:", StringComparison.Ordinal))
        {
            why = "that is not the ARN of a KMS key or alias";
            return RecipientGrammar.KmsArn().IsMatch(text) || KmsAliasArn().IsMatch(text) ? new(KekKind.AwsKms, text, text) : null;
        }
        if (text.StartsWith("alias/", StringComparison.Ordinal))
        {
            why = "an alias has 1 to 250 of the characters A-Z a-z 0-9 / _ -";
            return KmsAlias().IsMatch(text) ? new(KekKind.AwsKms, text, text) : null;
        }
        if (text.StartsWith("aws-kms:", StringComparison.Ordinal))
        {
            why = "that is not the id of a KMS key";
            return KmsKeyId().IsMatch(text[8..]) ? new(KekKind.AwsKms, text[8..], text) : null;
        }
        return RecipientGrammar.IsKid(RecipientAlgorithm.Provider, text) ? new(KekKind.Provider, text, text) : null;
    }

    /// <summary>
    /// Whether a provider can be registered under a name: it has the right form and is not one of those that are built in.
    /// </summary>
    internal static bool IsProviderName(string name) =>
        RecipientGrammar.IsKid(RecipientAlgorithm.Provider, $"{name}:x") && !RecipientGrammar.IsReservedForNew(name);

    /// <summary>Whether a text is the reference of a KEK of some registered provider, which may not be here.</summary>
    internal static bool IsOfProvider(string text) =>
        RecipientGrammar.IsKid(RecipientAlgorithm.Provider, text) && !text.StartsWith("pub:", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => DisplayText.OneLine(Text);

    internal static KekReference Local(string name) => Parse("local:" + name);

    /// <summary>Whether a text that is not a reference is rather the path of a file or folder.</summary>
    internal static bool LooksLikePath(string text) => text is ['.' or '~', ..] || text.AsSpan().ContainsAny('/', '\\');

    private static EnvelopeException Invalid(string text, string why) => new(
        EnvelopeError.KekReferenceInvalid,
        $"'{text}' is not a KEK reference: {why}. {(Suggestion(text) is { } meant ? $"Did you mean '{meant}'?" : Allowed)}");

    // References are in lower case up to their colon, names in the keyring altogether; and the prefix is easily forgotten.
    private static string? Suggestion(string text)
    {
        var prefix = text.AsSpan().IndexOfAny(':', '/') + 1;
        var lower = text.ToLowerInvariant();
        string[] candidates =
        [
            string.Concat(lower.AsSpan(0, prefix), text.AsSpan(prefix)),
            lower,
            .. text.Contains('.', StringComparison.Ordinal) ? [] : new[] { $"local:{lower}" }, // with a dot it is rather a file's name
        ];
        // What a registered provider's name could be is too much like a slip of the finger.
        return Array.Find(candidates, candidate => candidate != text && TryParse(candidate, out _) is { Kind: not KekKind.Provider });
    }

    [GeneratedRegex("^alias/[A-Za-z0-9/_-]{1,250}\\z", RegexOptions.None, 60_000)]
    private static partial Regex KmsAlias();

    [GeneratedRegex("^arn:aws(-[a-z]+)*:kms:[a-z]{2,4}(-[a-z]+)+-[0-9]:[0-9]{12}:alias/[A-Za-z0-9/_-]{1,250}\\z", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex KmsAliasArn();

    [GeneratedRegex("^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|alias/[A-Za-z0-9/_-]{1,250})\\z", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex KmsKeyId();
}
