using System.Text.Json;

namespace EnvelopeCrypto.Format;

/// <summary>The part of the header that is bound to the data key and never changes while the body stands.</summary>
internal sealed record ProtectedHeader
{
    public const string CobblestoneName = "Cobblestone-256";
    public const int BatchSize = 16;

    /// <summary>The longest sealed metadata: one chunk.</summary>
    public const int MaxMetadataLength = 8 * 1024;

    private const string What = "protected header";

    public required EnvelopeType Type { get; init; }

    public required EncryptionContext Context { get; init; }

    /// <summary>When the data was encrypted: seconds since 1970 (RFC 7519, NumericDate).</summary>
    public required long IssuedAt { get; init; }

    /// <summary>16 random bytes when the data key may serve other files too; else null.</summary>
    public byte[]? Batch { get; init; }

    /// <summary>The sealed metadata, a one-chunk Cobblestone-256 message; null when there is none.</summary>
    public byte[]? Metadata { get; init; }

    /// <exception cref="EnvelopeException">HeaderInvalid, UnsupportedVersion, ContextInvalid.</exception>
    public static ProtectedHeader Parse(ReadOnlySpan<byte> json)
    {
        var members = new JsonMembers(CanonicalJson.Parse(json, What), What);
        var cipher = members.String("enc");
        if (cipher != CobblestoneName)
            throw new EnvelopeException(EnvelopeError.UnsupportedVersion, "the body's cipher is unknown to this program. Use a newer one.");
        var header = new ProtectedHeader
        {
            Type = TypeOf(members.String("typ")),
            Context = EncryptionContext.Parse(members.Take("ctx", JsonValueKind.Object)),
            IssuedAt = members.Integer("iat", 0, FormatLimits.MaxTime),
            Batch = members.Has("batch") ? members.Bytes("batch", BatchSize, BatchSize) : null,
            Metadata = members.Has("meta")
                ? members.Bytes("meta", Body.Cobblestone.PreambleSize + Body.Cobblestone.TagSize, MaxMetadataLength)
                : null,
        };
        members.End();
        // What is left to differ is the order of the context's keys.
        if (!header.ToJson().AsSpan().SequenceEqual(json))
            throw CanonicalJson.Invalid(What, "has an encryption context that is not sorted");
        return header;
    }

    public byte[] ToJson()
    {
        var json = new CanonicalJsonWriter().BeginObject()
            .Name("enc").String(CobblestoneName)
            .Name("typ").String(NameOf(Type))
            .Name("ctx");
        Context.WriteTo(json);
        json.Name("iat").Integer(IssuedAt);
        if (Batch is not null)
            json.Name("batch").Bytes(Batch);
        if (Metadata is not null)
            json.Name("meta").Bytes(Metadata);
        return json.EndObject().ToArray();
    }

    private static string NameOf(EnvelopeType type) => type switch
    {
        EnvelopeType.File => "file",
        EnvelopeType.KekExport => "kek-export",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static EnvelopeType TypeOf(string name) => name switch
    {
        "file" => EnvelopeType.File,
        "kek-export" => EnvelopeType.KekExport,
        _ => throw CanonicalJson.Invalid(What, "names a type that a file does not have"),
    };
}
