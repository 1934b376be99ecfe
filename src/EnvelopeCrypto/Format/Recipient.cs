using System.Text;
using System.Text.Json;

namespace EnvelopeCrypto.Format;

/// <summary>One wrapped copy of the data key, with the KEK that made it. What it says is a claim until it was unwrapped.</summary>
public sealed record Recipient
{
    private const string What = "recipient";

    /// <summary>How long a wrapped key can be, in bytes.</summary>
    internal const int MaxWrappedKeyLength = FormatLimits.MaxWrappedKeyLength;

    // The bytes of a recipient whose algorithm is unknown: kept as they are, never tried.
    private byte[]? _unknown;

    /// <summary>How the data key was wrapped: one of <see cref="RecipientAlgorithm"/>, or a word unknown to this program.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The KEK's identity in the file, with its version where it has one; empty when the algorithm is unknown.</summary>
    public required string Kid { get; init; }

    /// <summary>When it was wrapped: seconds since 1970.</summary>
    public required long IssuedAt { get; init; }

    /// <summary>Salt of a passphrase's derivation, 16 bytes; else empty.</summary>
    internal ReadOnlyMemory<byte> Salt { get; init; }

    /// <summary>Iterations of a passphrase's derivation; else 0.</summary>
    internal int Iterations { get; init; }

    /// <summary>The wrapped key, up to 8 KiB.</summary>
    public required ReadOnlyMemory<byte> WrappedKey { get; init; }

    /// <summary>Whether this program knows the algorithm.</summary>
    public bool IsKnown => _unknown is null;

    /// <summary>
    /// The KEK in canonical form, without a version: <c>local:NAME</c>, a key ARN, <c>x509:sha256:HEX</c>, <c>pub:sha256:HEX</c>,
    /// <c>passphrase</c>, <c>NAME:ID</c>.
    /// </summary>
    public string Kek => IsKnown ? RecipientGrammar.ReferenceOf(Algorithm, Kid) : $"unknown ({Algorithm})";

    /// <summary>
    /// Whether it stays closed to a quantum computer, as far as is known; see <see cref="RecipientAlgorithm.IsPostQuantum"/>.
    /// </summary>
    public bool IsPostQuantum => RecipientAlgorithm.IsPostQuantum(Algorithm);

    /// <inheritdoc/>
    public override string ToString() => Kek;

    /// <summary>
    /// The recipient on its own, as text: what <see cref="FromText"/> reads. JSON in the format's canonical form; no secret.
    /// </summary>
    /// <exception cref="EnvelopeException">HeaderInvalid for a recipient that no reader would take.</exception>
    internal string ToText()
    {
        var json = new CanonicalJsonWriter();
        WriteTo(json);
        return Encoding.UTF8.GetString(json.Written);
    }

    /// <summary>Reads the text of one recipient.</summary>
    /// <exception cref="EnvelopeException">HeaderInvalid.</exception>
    internal static Recipient FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= FormatLimits.MaxSlotSize
            ? Parse(CanonicalJson.Parse(Encoding.UTF8.GetBytes(text), What))
            : throw CanonicalJson.Invalid(What, "is longer than an envelope's recipients may be");
    }

    /// <summary>What a wrap by Cobblestone-256 is bound to: algorithm, KEK and encryption context.</summary>
    internal static byte[] WrapContext(string algorithm, string kid, EncryptionContext context) =>
        [.. "evc/v1 wrap\0"u8, .. Encoding.ASCII.GetBytes(algorithm), 0, .. Encoding.ASCII.GetBytes(kid), 0, .. context.Bytes];

    internal static Recipient Parse(JsonElement element)
    {
        var members = new JsonMembers(element, What);
        var algorithm = members.String("alg");
        if (!RecipientGrammar.Algorithm().IsMatch(algorithm))
            throw CanonicalJson.Invalid(What, "has an 'alg' that is not a plain word");
        if (!RecipientGrammar.IsKnown(algorithm))
        {
            return new Recipient
            {
                Algorithm = algorithm,
                Kid = "",
                IssuedAt = 0,
                WrappedKey = default,
                _unknown = Encoding.UTF8.GetBytes(element.GetRawText()),
            };
        }
        var isPassphrase = algorithm == RecipientAlgorithm.Passphrase;
        var (shortest, longest) = RecipientGrammar.WrappedKeyLengths(algorithm);
        var recipient = new Recipient
        {
            Algorithm = algorithm,
            Kid = members.String("kid"),
            IssuedAt = members.Integer("iat", 0, FormatLimits.MaxTime),
            Salt = isPassphrase
                ? members.Bytes("p2s", RecipientGrammar.SaltSize, RecipientGrammar.SaltSize)
                : default(ReadOnlyMemory<byte>),
            Iterations = isPassphrase ? (int)members.Integer("p2c", RecipientGrammar.MinIterations, RecipientGrammar.MaxIterations) : 0,
            WrappedKey = members.Bytes("encrypted_key", shortest, longest),
        };
        members.End();
        if (!RecipientGrammar.IsKid(algorithm, recipient.Kid))
            throw CanonicalJson.Invalid(What, $"of kind '{algorithm}' names its KEK in a way that the format does not allow");
        return recipient;
    }

    /// <exception cref="EnvelopeException">HeaderInvalid for a recipient that no reader would take.</exception>
    internal void WriteTo(CanonicalJsonWriter json)
    {
        if (_unknown is not null)
        {
            json.Raw(_unknown);
            return;
        }
        RequireReadable();
        json.BeginObject().Name("alg").String(Algorithm).Name("kid").String(Kid).Name("iat").Integer(IssuedAt);
        if (!Salt.IsEmpty)
            json.Name("p2s").Bytes(Salt.Span).Name("p2c").Integer(Iterations);
        json.Name("encrypted_key").Bytes(WrappedKey.Span).EndObject();
    }

    // A provider makes what it likes of a data key; an envelope that holds it must still be one that opens.
    private void RequireReadable()
    {
        if (!RecipientGrammar.IsKid(Algorithm, Kid))
            throw Unreadable("names its KEK in a way that the format does not allow");
        var (shortest, longest) = RecipientGrammar.WrappedKeyLengths(Algorithm);
        if (WrappedKey.Length < shortest || WrappedKey.Length > longest)
            throw Unreadable($"has a wrapped key of {WrappedKey.Length} bytes, where {shortest} to {longest} are allowed");
        if (IssuedAt is < 0 or > FormatLimits.MaxTime)
            throw Unreadable("has a time before 1970 or after 9999");
        if (Algorithm == RecipientAlgorithm.Passphrase
            ? Salt.Length != RecipientGrammar.SaltSize || Iterations is < RecipientGrammar.MinIterations or > RecipientGrammar.MaxIterations
            : !Salt.IsEmpty || Iterations != 0)
            throw Unreadable("has a salt or iterations that the format does not allow");
    }

    private EnvelopeException Unreadable(string rule) =>
        new(EnvelopeError.HeaderInvalid, $"the recipient for '{Kid}' cannot be written: it {rule}.");
}
