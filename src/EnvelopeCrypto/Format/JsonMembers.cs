using System.Text.Json;

namespace EnvelopeCrypto.Format;

/// <summary>Takes the members of a parsed object one by one, in the order that the format fixes, and refuses what is left over.</summary>
internal ref struct JsonMembers
{
    private readonly string _what;
    private JsonElement.ObjectEnumerator _members;
    private bool _any;

    public JsonMembers(JsonElement element, string what)
    {
        _what = what;
        if (element.ValueKind != JsonValueKind.Object)
            throw CanonicalJson.Invalid(what, "is not an object");
        _members = element.EnumerateObject();
        _any = _members.MoveNext();
    }

    public readonly bool Has(string name) => _any && _members.Current.NameEquals(name);

    public JsonElement Take(string name, JsonValueKind kind)
    {
        if (!Has(name))
            throw CanonicalJson.Invalid(_what, $"lacks '{name}' where it belongs");
        var value = _members.Current.Value;
        if (value.ValueKind != kind)
            throw CanonicalJson.Invalid(_what, $"has a '{name}' of the wrong type");
        _any = _members.MoveNext();
        return value;
    }

    public string String(string name) => Take(name, JsonValueKind.String).GetString()!;

    public long Integer(string name, long min, long max)
    {
        var value = Take(name, JsonValueKind.Number).GetInt64();
        return value >= min && value <= max ? value : throw CanonicalJson.Invalid(_what, $"has a '{name}' out of range");
    }

    /// <summary>base64url of between <paramref name="min"/> and <paramref name="max"/> bytes.</summary>
    public byte[] Bytes(string name, int min, int max)
    {
        var text = String(name);
        if (text.Length > (max * 4 / 3) + 4 || !Base64UrlText.TryDecode(text, out var bytes) || bytes.Length < min || bytes.Length > max)
            throw CanonicalJson.Invalid(_what, $"has a '{name}' that is not canonical base64url of the right length");
        return bytes;
    }

    public readonly void End()
    {
        if (_any)
            throw CanonicalJson.Invalid(_what, "has a member that does not belong there");
    }
}
