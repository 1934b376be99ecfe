using System.Text.Json;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Files;

/// <summary>
/// What is sealed with a file beside its bytes: name, length, time, mode. It is encrypted under the data key, and believed only after
/// the body's commitment held.
/// </summary>
internal sealed record FileMetadata
{
    private const string What = "sealed metadata";
    private const int Overhead = Cobblestone.PreambleSize + Cobblestone.TagSize;

    private static readonly (FileAttributes Attribute, string Word)[] Attributes =
    [
        (FileAttributes.Archive, "archive"),
        (FileAttributes.Hidden, "hidden"),
        (FileAttributes.ReadOnly, "readonly"),
        (FileAttributes.System, "system"),
        (FileAttributes.NotContentIndexed, "not-content-indexed"),
    ];

    /// <summary>The file's bare name; null when it was not sealed.</summary>
    public string? Name { get; init; }

    /// <summary>Bytes of plaintext; null when they were not known at the start.</summary>
    public long? Length { get; init; }

    public FileTime? Modified { get; init; }

    /// <summary>Unix mode, &amp; 0777.</summary>
    public UnixFileMode? Mode { get; init; }

    /// <summary>Those of the fixed list, from Windows; null from elsewhere.</summary>
    public FileAttributes? WindowsAttributes { get; init; }

    private static ReadOnlySpan<byte> SealContext => "evc/v1 metadata"u8;

    /// <summary>
    /// Metadata of a file on this machine. A name that could do harm elsewhere is left out, and a time that is not a date.
    /// </summary>
    public static FileMetadata Of(string name, FileStatus status, FileAttributes? attributes) => new()
    {
        Name = SealedName.IsSafe(name) ? name : null,
        Length = status.Length,
        Modified = status.Modified.Seconds is >= FormatLimits.MinTime and <= FormatLimits.MaxTime ? status.Modified : null,
        Mode = status.Mode,
        WindowsAttributes = attributes & Known(),
    };

    public byte[] Seal(DataKey dataKey, RandomSource random) => Cobblestone.Seal(dataKey.Span, SealContext, ToJson(), random);

    /// <exception cref="EnvelopeException">MetadataInvalid.</exception>
    public static FileMetadata Open(ReadOnlySpan<byte> message, DataKey dataKey)
    {
        var json = new byte[Math.Max(0, message.Length - Overhead)];
        if (!Cobblestone.TryOpen(dataKey.Span, SealContext, message, json))
            throw Invalid("do not open");
        return Parse(json);
    }

    public byte[] ToJson()
    {
        var json = new CanonicalJsonWriter().BeginObject();
        if (Name is not null)
            json.Name("name").String(Name);
        if (Length is { } length)
            json.Name("length").Integer(length);
        if (Modified is { } modified)
            json.Name("mtime").Integer(modified.Seconds).Name("mtime_ns").Integer(modified.Nanoseconds);
        if (Mode is { } mode)
            json.Name("mode").Integer((int)mode);
        else if (WindowsAttributes is { } attributes)
            WriteAttributes(json, attributes);
        return json.EndObject().ToArray();
    }

    /// <exception cref="EnvelopeException">MetadataInvalid.</exception>
    public static FileMetadata Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var members = new JsonMembers(CanonicalJson.Parse(json, What), What);
            var metadata = new FileMetadata
            {
                Name = members.Has("name") ? members.String("name") : null,
                Length = members.Has("length") ? members.Integer("length", 0, Cobblestone.MaxPlaintextLength) : null,
                Modified = members.Has("mtime")
                    ? new FileTime(
                        members.Integer("mtime", FormatLimits.MinTime, FormatLimits.MaxTime),
                        (int)members.Integer("mtime_ns", 0, 999_999_999))
                    : null,
                Mode = members.Has("mode") ? (UnixFileMode)members.Integer("mode", 0, 0b111_111_111) : null,
                WindowsAttributes = members.Has("attributes") ? ParseAttributes(members.Take("attributes", JsonValueKind.Array)) : null,
            };
            members.End();
            if (metadata.Name is { } name && !SealedName.IsSafe(name))
                throw Invalid("hold a name that is none, or that could do harm");
            if (!metadata.ToJson().AsSpan().SequenceEqual(json))
                throw Invalid("are not in canonical form");
            return metadata;
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.HeaderInvalid)
        {
            throw new EnvelopeException(EnvelopeError.MetadataInvalid, failure.Reason, failure);
        }
    }

    private static EnvelopeException Invalid(string rule) => new(EnvelopeError.MetadataInvalid, $"the {What} {rule}; nothing was written.");

    private static FileAttributes Known() => Attributes.Aggregate(default(FileAttributes), (all, one) => all | one.Attribute);

    private static void WriteAttributes(CanonicalJsonWriter json, FileAttributes attributes)
    {
        json.Name("attributes").BeginArray();
        foreach (var (attribute, word) in Attributes)
        {
            if (attributes.HasFlag(attribute))
                json.String(word);
        }
        json.EndArray();
    }

    private static FileAttributes ParseAttributes(JsonElement words)
    {
        var attributes = default(FileAttributes);
        foreach (var word in words.EnumerateArray())
        {
            var known = Array.Find(Attributes, one => word.ValueKind == JsonValueKind.String && word.ValueEquals(one.Word));
            attributes |= known.Word is null ? throw Invalid("hold an attribute that is unknown") : known.Attribute;
        }
        return attributes;
    }
}
