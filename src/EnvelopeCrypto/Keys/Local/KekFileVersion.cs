using System.Text.Json;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Pairs;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>One version in a <see cref="KekFile"/>.</summary>
/// <param name="Version">Its number, from 1.</param>
/// <param name="KeyId">16 random bytes; of a key pair, the first of its public half's hash.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Key">The key, or a key pair's seed, as it is stored: sealed, or plain in a backup and when unprotected.</param>
internal sealed record KekFileVersion(int Version, byte[] KeyId, long Created, SecretBytes Key) : IDisposable
{
    public const int MaxVersion = 999_999_999;

    /// <summary>The last second of the year 9999.</summary>
    public const long MaxCreated = 253_402_300_799;

    private const string What = "version of a KEK";

    /// <summary>The public half of a key pair, 1,216 bytes; the key is the seed of the private one. Else null.</summary>
    public byte[]? PublicHalf { get; init; }

    /// <summary>What recipients call the key pair; null for a symmetric KEK.</summary>
    public string? PairKid => PublicHalf is null ? null : KeyPairFormat.KidOf(PublicHalf);

    public string KeyIdText => Base64UrlText.Encode(KeyId);

    /// <summary>The version's identity in a recipient.</summary>
    public string KidOf(string name) => RecipientGrammar.LocalKidOf(name, Version, KeyId);

    /// <summary>
    /// What the sealed key is bound to: the kid; for a key pair the public half too, so that neither kind of key ever opens as the other,
    /// and no half beside another. No kid has a blank.
    /// </summary>
    public string BindingOf(string name) => BindingOf(KidOf(name), PublicHalf);

    /// <inheritdoc cref="BindingOf(string)"/>
    public static string BindingOf(string kid, byte[]? publicHalf) =>
        publicHalf is null ? kid : $"{kid} {KeyPairFormat.KidOf(publicHalf)}";

    public KekVersionInfo ToInfo(bool isCurrent) =>
        new(Version, KeyIdText, DateTimeOffset.FromUnixTimeSeconds(Created), isCurrent) { PublicHalf = PairKid };

    /// <exception cref="EnvelopeException">HeaderInvalid.</exception>
    public static KekFileVersion Parse(JsonElement element, KeyJson json, bool isKeyPair, int minKeyLength, int maxKeyLength)
    {
        var members = new JsonMembers(element, What);
        var version = (int)members.Integer("version", 1, MaxVersion);
        var keyId = members.Bytes("key_id", RecipientGrammar.KeyIdSize, RecipientGrammar.KeyIdSize);
        var created = members.Integer("created", 0, MaxCreated);
        var publicHalf = isKeyPair ? members.Bytes("public", KeyPairFormat.PublicHalfSize, KeyPairFormat.PublicHalfSize) : null;
        members.Bytes(KeyJson.Member, minKeyLength, maxKeyLength);
        members.End();
        if (publicHalf is not null && !keyId.AsSpan().SequenceEqual(KeyPairFormat.KeyIdOf(publicHalf)))
            throw CanonicalJson.Invalid(What, "has a public half that does not fit its key id");
        return new KekFileVersion(version, keyId, created, json.TakeKey()) { PublicHalf = publicHalf };
    }

    public void WriteTo(KeyJsonWriter writer)
    {
        writer.Json.BeginObject().Name("version").Integer(Version).Name("key_id").Bytes(KeyId).Name("created").Integer(Created);
        if (PublicHalf is not null)
            writer.Json.Name("public").Bytes(PublicHalf);
        writer.Key(Key);
        writer.Json.EndObject();
    }

    /// <summary>The order in a file: by number, then by key id.</summary>
    public static int Compare(KekFileVersion a, KekFileVersion b) =>
        a.Version != b.Version ? a.Version.CompareTo(b.Version) : a.KeyId.AsSpan().SequenceCompareTo(b.KeyId);

    public override string ToString() => $"{Version} ({KeyIdText})";

    public void Dispose() => Key.Dispose();
}
