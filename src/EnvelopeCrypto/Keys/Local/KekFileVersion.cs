using System.Text.Json;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>One version in a <see cref="KekFile"/>.</summary>
/// <param name="Version">Its number, from 1.</param>
/// <param name="KeyId">16 random bytes.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Key">The key as it is stored: sealed, or plain in a backup and when unprotected.</param>
internal sealed record KekFileVersion(int Version, byte[] KeyId, long Created, SecretBytes Key) : IDisposable
{
    public const int MaxVersion = 999_999_999;

    /// <summary>The last second of the year 9999.</summary>
    private const long MaxCreated = 253_402_300_799;

    private const string What = "version of a KEK";

    public string KeyIdText => Base64UrlText.Encode(KeyId);

    /// <summary>The version's identity in a recipient.</summary>
    public string KidOf(string name) => RecipientGrammar.LocalKidOf(name, Version, KeyId);

    public KekVersionInfo ToInfo(bool isCurrent) => new(Version, KeyIdText, DateTimeOffset.FromUnixTimeSeconds(Created), isCurrent);

    /// <exception cref="EnvelopeException">HeaderInvalid.</exception>
    public static KekFileVersion Parse(JsonElement element, KeyJson json, int minKeyLength, int maxKeyLength)
    {
        var members = new JsonMembers(element, What);
        var version = (int)members.Integer("version", 1, MaxVersion);
        var keyId = members.Bytes("key_id", RecipientGrammar.KeyIdSize, RecipientGrammar.KeyIdSize);
        var created = members.Integer("created", 0, MaxCreated);
        members.Bytes(KeyJson.Member, minKeyLength, maxKeyLength);
        members.End();
        return new KekFileVersion(version, keyId, created, json.TakeKey());
    }

    public void WriteTo(KeyJsonWriter writer)
    {
        writer.Json.BeginObject().Name("version").Integer(Version).Name("key_id").Bytes(KeyId).Name("created").Integer(Created);
        writer.Key(Key);
        writer.Json.EndObject();
    }

    /// <summary>The order in a file: by number, then by key id.</summary>
    public static int Compare(KekFileVersion a, KekFileVersion b) =>
        a.Version != b.Version ? a.Version.CompareTo(b.Version) : a.KeyId.AsSpan().SequenceCompareTo(b.KeyId);

    public override string ToString() => $"{Version} ({KeyIdText})";

    public void Dispose() => Key.Dispose();
}
