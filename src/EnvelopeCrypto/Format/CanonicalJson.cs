using System.Text.Json;

namespace EnvelopeCrypto.Format;

/// <summary>Reads JSON and refuses every spelling of it but the canonical one, so that no two readers can disagree.</summary>
internal static class CanonicalJson
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = FormatLimits.MaxJsonDepth };

    /// <summary>Parses one object. Every token is written again and compared with the bytes that were read.</summary>
    /// <exception cref="EnvelopeException">HeaderInvalid.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> json, string what)
    {
        try
        {
            if (!Rewrite(json).SequenceEqual(json))
                throw Invalid(what, "is not in canonical form");
            var reader = new Utf8JsonReader(json, Options);
            return JsonElement.ParseValue(ref reader);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException is how the reader reports bytes that are not UTF-8 and surrogates without a partner.
            throw Invalid(what, "is not sound JSON", failure);
        }
    }

    public static EnvelopeException Invalid(string what, string rule, Exception? inner = null) =>
        new(EnvelopeError.HeaderInvalid, $"the {what} {rule}; it was damaged, changed, or made by a faulty program.", inner);

    private static ReadOnlySpan<byte> Rewrite(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        var writer = new CanonicalJsonWriter();
        var members = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    writer.BeginObject();
                    members.Push(new HashSet<string>(StringComparer.Ordinal));
                    break;
                case JsonTokenType.EndObject:
                    writer.EndObject();
                    members.Pop();
                    break;
                case JsonTokenType.StartArray:
                    writer.BeginArray();
                    break;
                case JsonTokenType.EndArray:
                    writer.EndArray();
                    break;
                case JsonTokenType.PropertyName:
                    var name = reader.GetString()!;
                    if (!members.Peek().Add(name))
                        throw new FormatException("A member stands twice.");
                    writer.Name(name);
                    break;
                case JsonTokenType.String:
                    writer.String(reader.GetString()!);
                    break;
                case JsonTokenType.Number:
                    writer.Integer(ReadInteger(reader));
                    break;
                case JsonTokenType.True:
                    writer.Raw("true"u8);
                    break;
                case JsonTokenType.False:
                    writer.Raw("false"u8);
                    break;
                case JsonTokenType.Null:
                    writer.Raw("null"u8);
                    break;
            }
        }
        return writer.Written;
    }

    private static long ReadInteger(Utf8JsonReader reader) =>
        reader.TryGetInt64(out var value) && value is >= -FormatLimits.MaxInteger and <= FormatLimits.MaxInteger
            ? value
            : throw new FormatException("Not an integer that every reader holds exactly.");
}
