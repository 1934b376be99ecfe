using System.Text.RegularExpressions;

namespace EnvelopeCrypto.Keys;

/// <summary>Which KEK: its canonical form, or a recipient's kid, which names the version too. What is in it is read here alone.</summary>
internal readonly partial record struct KekIdentity(string Text)
{
    private const string Local = "local:";

    /// <summary>Where the KEK lives.</summary>
    public KekKind Kind =>
        Begins(Local) ? KekKind.Local
        : Begins("x509:") ? KekKind.Certificate
        : Begins("pub:") ? KekKind.PublicKey
        : Begins("arn:") || Begins("alias/") || Begins("aws-kms:") ? KekKind.AwsKms
        : Text.Contains(':', StringComparison.Ordinal) ? KekKind.Provider
        : KekKind.Passphrase;

    /// <summary>The KEK in all its versions. Of the built-in ones only local KEKs have any: <c>local:NAME/VERSION/KEY-ID</c>.</summary>
    public KekIdentity WithoutVersion =>
        Kind == KekKind.Local && Text.IndexOf('/', StringComparison.Ordinal) is > 0 and var end ? new(Text[..end]) : this;

    /// <summary>What is lost as a whole with its credentials or network: a service's Region, or all KEKs of one kind.</summary>
    public string Place
    {
        get
        {
            var fields = Text.Split(':', 5); // arn:PARTITION:SERVICE:REGION:...
            return fields[0] == "arn" ? string.Join(':', fields.Take(4)) : fields[0];
        }
    }

    /// <summary>For lines that people read: of a hash the last letters, which tell it apart: <c>pub:…1a2b</c>.</summary>
    public string Brief => Hash().Replace(Text, "${kind}…${end}");

    public static implicit operator KekIdentity(string text) => new(text);

    public override string ToString() => Text;

    [GeneratedRegex("^(?<kind>x509:|pub:)sha256:[0-9a-f]{60}(?<end>[0-9a-f]{4})\\z", RegexOptions.None, 60_000)]
    private static partial Regex Hash();

    private bool Begins(string prefix) => Text.StartsWith(prefix, StringComparison.Ordinal);
}
