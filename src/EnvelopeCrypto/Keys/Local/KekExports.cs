using System.Text.Json;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>
/// When the versions of a KEK were last exported: <c>exported.NAME.json</c>, see docs/keyring.md. It holds no secret. It names versions by
/// their key ids, so that it never speaks for another KEK of the same name, nor for a version that was made after the export.
/// </summary>
/// <param name="Name">The KEK's name, without <c>local:</c>.</param>
/// <param name="Times">Seconds since 1970, by key id.</param>
internal sealed record KekExports(string Name, IReadOnlyDictionary<string, long> Times)
{
    private const int FormatNumber = 1;

    public static KekExports None(string name) => new(name, new Dictionary<string, long>(StringComparer.Ordinal));

    /// <exception cref="EnvelopeException">HeaderInvalid, UnsupportedVersion.</exception>
    public static KekExports Parse(ReadOnlySpan<byte> text, string name, string what)
    {
        var members = new JsonMembers(CanonicalJson.Parse(text, what), what);
        if (members.Integer("format", 1, FormatLimits.MaxInteger) is var format && format != FormatNumber)
            throw new EnvelopeException(
                EnvelopeError.UnsupportedVersion, $"the {what} has the format {format}, which this program does not know.");
        if (members.String("name") != name)
            throw CanonicalJson.Invalid(what, "is that of another KEK");
        var times = new Dictionary<string, long>(StringComparer.Ordinal);
        var last = "";
        foreach (var element in members.Take("exports", JsonValueKind.Array).EnumerateArray())
        {
            var each = new JsonMembers(element, what);
            var keyId = Base64UrlText.Encode(each.Bytes("key_id", RecipientGrammar.KeyIdSize, RecipientGrammar.KeyIdSize));
            var time = each.Integer("exported", 0, KekFileVersion.MaxCreated);
            each.End();
            if (string.CompareOrdinal(keyId, last) <= 0)
                throw CanonicalJson.Invalid(what, "has key ids out of order");
            times.Add(keyId, time);
            last = keyId;
        }
        members.End();
        return new KekExports(name, times);
    }

    public byte[] ToJson()
    {
        var json = new CanonicalJsonWriter().BeginObject().Name("format").Integer(FormatNumber).Name("name").String(Name).Name("exports").BeginArray();
        foreach (var (keyId, time) in Times.OrderBy(each => each.Key, StringComparer.Ordinal))
            json.BeginObject().Name("key_id").String(keyId).Name("exported").Integer(time).EndObject();
        return json.EndArray().EndObject().ToArray();
    }

    /// <summary>With another export of some versions. What is known of versions that the KEK lacks now is dropped.</summary>
    public KekExports With(IEnumerable<string> exported, long time, IEnumerable<string> present)
    {
        var times = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var keyId in present)
        {
            if (exported.Contains(keyId, StringComparer.Ordinal))
                times[keyId] = time;
            else if (Times.TryGetValue(keyId, out var before))
                times[keyId] = before;
        }
        return new KekExports(Name, times);
    }

    /// <summary>The same KEK, its versions with the time of their last export.</summary>
    public KekInfo Mark(KekInfo kek) => kek with
    {
        Versions = [.. kek.Versions.Select(version => Times.TryGetValue(version.KeyId, out var time)
            ? version with { Exported = DateTimeOffset.FromUnixTimeSeconds(time) }
            : version)],
    };
}
