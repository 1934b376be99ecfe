using System.Text.Json;
using System.Text.RegularExpressions;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Records;

/// <summary>A token's protected header: like a file's, and also the value's type, the field's name and the names of bound fields.</summary>
internal sealed partial record TokenHeader
{
    private const string What = "protected header";
    private const string Type = "token";

    public required EncryptionContext Context { get; init; }

    /// <summary>When the value was encrypted: seconds since 1970.</summary>
    public required long IssuedAt { get; init; }

    /// <summary>16 bytes when the data key may serve other tokens too; else null.</summary>
    public byte[]? Batch { get; init; }

    public required RecordValueType ValueType { get; init; }

    /// <summary>The field's name; null for a value on its own.</summary>
    public string? Field { get; init; }

    /// <summary>The names of the fields that it is bound to, sorted.</summary>
    public IReadOnlyList<string> BoundNames { get; init; } = [];

    /// <exception cref="EnvelopeException">HeaderInvalid, ContextInvalid, UnsupportedVersion, WrongEnvelopeType.</exception>
    public static TokenHeader Parse(ReadOnlySpan<byte> json)
    {
        var members = new JsonMembers(CanonicalJson.Parse(json, What), What);
        if (members.String("enc") != ProtectedHeader.CobblestoneName)
            throw Newer();
        if (members.String("typ") != Type)
        {
            throw new EnvelopeException(
                EnvelopeError.WrongEnvelopeType, "this is the header of a file or of an exported KEK, not of a token.");
        }
        var header = new TokenHeader
        {
            Context = EncryptionContext.Parse(members.Take("ctx", JsonValueKind.Object)),
            IssuedAt = members.Integer("iat", 0, FormatLimits.MaxTime),
            Batch = members.Has("batch") ? members.Bytes("batch", ProtectedHeader.BatchSize, ProtectedHeader.BatchSize) : null,
            ValueType = TypeOf(members.String("val")),
            Field = members.Has("field") ? NameOf(members.String("field")) : null,
            BoundNames = members.Has("bound") ? NamesOf(members.Take("bound", JsonValueKind.Array)) : [],
        };
        members.End();
        // What is left to differ is the order of the context's keys.
        return header.ToJson().AsSpan().SequenceEqual(json)
            ? header
            : throw CanonicalJson.Invalid(What, "has an encryption context that is not sorted");
    }

    public byte[] ToJson()
    {
        var json = new CanonicalJsonWriter().BeginObject()
            .Name("enc").String(ProtectedHeader.CobblestoneName)
            .Name("typ").String(Type)
            .Name("ctx");
        Context.WriteTo(json);
        json.Name("iat").Integer(IssuedAt);
        if (Batch is not null)
            json.Name("batch").Bytes(Batch);
        json.Name("val").String(RecordValue.WordOf(ValueType));
        if (Field is not null)
            json.Name("field").String(Field);
        if (BoundNames.Count > 0)
        {
            json.Name("bound").BeginArray();
            foreach (var name in BoundNames)
                json.String(name);
            json.EndArray();
        }
        return json.EndObject().ToArray();
    }

    /// <summary>That the token is for this field, and bound to fields of these names.</summary>
    /// <exception cref="EnvelopeException">BindingMismatch.</exception>
    public void RequireFor(string? field, RecordBinding binding)
    {
        if (Field != field)
            throw Mismatch($"the token is for {Show(Field)}, and was asked for as {Show(field)}; it was moved, or the names differ.");
        if (!BoundNames.SequenceEqual(binding.Names, StringComparer.Ordinal))
        {
            throw Mismatch(
                $"the token is bound to {FieldNames.Show(BoundNames)}, and {FieldNames.Show(binding.Names)} was named to bind it to.");
        }
    }

    private static string Show(string? field) => field is null ? "a value on its own" : $"the field '{field}'";

    private static EnvelopeException Mismatch(string why) => new(EnvelopeError.BindingMismatch, why);

    private static RecordValueType TypeOf(string word)
    {
        if (!TypeWord().IsMatch(word))
            throw CanonicalJson.Invalid(What, "has a 'val' that is not a plain word");
        return RecordValue.TypeOf(word) ?? throw Newer();
    }

    private static EnvelopeException Newer() =>
        new(EnvelopeError.UnsupportedVersion, "the token's cipher or its value's type is unknown to this program. Use a newer one.");

    private static string NameOf(string name)
    {
        try
        {
            FieldNames.BytesOf(name);
            return name;
        }
        catch (EnvelopeException failure)
        {
            throw CanonicalJson.Invalid(What, "has a field's name that is empty or too long", failure);
        }
    }

    private static string[] NamesOf(JsonElement array)
    {
        if (array.GetArrayLength() is 0 or > FieldNames.MaxBound)
            throw CanonicalJson.Invalid(What, $"is not bound to 1 to {FieldNames.MaxBound} fields");
        var names = array.EnumerateArray()
            .Select(name => name.ValueKind == JsonValueKind.String
                ? NameOf(name.GetString()!)
                : throw CanonicalJson.Invalid(What, "has a bound name that is not text"))
            .ToArray();
        for (var i = 1; i < names.Length; i++)
        {
            if (FieldNames.Compare(names[i - 1], names[i]) >= 0)
                throw CanonicalJson.Invalid(What, "has bound names that are not sorted, or one twice");
        }
        return names;
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,63}\\z", RegexOptions.None, 60_000)]
    private static partial Regex TypeWord();
}
