using System.Text.Json;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Local;

/// <summary>
/// A KEK as it is written: in the keyring as <c>kek.NAME.json</c>, its keys protected, or in a backup, its keys plain, without a
/// protection. See docs/keyring.md.
/// </summary>
internal sealed class KekFile : IDisposable
{
    // Of a symmetric KEK.
    private const int FormatNumber = 1;

    // A key pair's seed has 32 bytes, as a symmetric key has: the format tells them apart, and programs that know no pairs refuse it.
    private const int PairFormatNumber = 2;
    private const string PairKind = RecipientAlgorithm.XWing;
    private const int MaxBlobLength = 4096;

    private readonly List<KekFileVersion> _versions;
    private byte[] _current;

    private KekFile(string name, KekProtection? protection, byte[] current, List<KekFileVersion> versions)
    {
        Name = name;
        Protection = protection;
        _current = current;
        _versions = versions;
    }

    public string Name { get; }

    /// <summary>Null in a backup.</summary>
    public KekProtection? Protection { get; }

    /// <summary>Whether its versions are key pairs; a KEK of one kind never serves as another.</summary>
    public bool IsKeyPair { get; private init; }

    public string Reference => $"local:{Name}";

    /// <summary>By number, then by key id.</summary>
    public IReadOnlyList<KekFileVersion> Versions => _versions;

    /// <summary>The version that wraps.</summary>
    public KekFileVersion Current => Find(_current)!;

    /// <summary>A file with its first version, which becomes the file's own.</summary>
    public static KekFile New(string name, KekProtection? protection, KekFileVersion first) =>
        new(name, protection, first.KeyId, [first]) { IsKeyPair = first.PublicHalf is not null };

    public KekFileVersion? Find(ReadOnlySpan<byte> keyId)
    {
        foreach (var version in _versions)
        {
            if (keyId.SequenceEqual(version.KeyId))
                return version;
        }
        return null;
    }

    /// <summary>Adds a version, which becomes the file's own.</summary>
    public void Add(KekFileVersion version, bool asCurrent)
    {
        _versions.Add(version);
        _versions.Sort(KekFileVersion.Compare);
        if (asCurrent)
            _current = version.KeyId;
    }

    public KekInfo ToInfo() => new(
        Reference, Protection ?? KekProtection.Unprotected, DateTimeOffset.FromUnixTimeSeconds(_versions.Min(version => version.Created)),
        ToInfo(_versions));

    public IReadOnlyList<KekVersionInfo> ToInfo(IEnumerable<KekFileVersion> versions) =>
        [.. versions.Select(version => version.ToInfo(isCurrent: version.KeyId.AsSpan().SequenceEqual(_current)))];

    /// <summary>The canonical JSON, with the keys in it.</summary>
    public SecretBytes ToJson()
    {
        var writer = new KeyJsonWriter();
        var json = writer.Json.BeginObject().Name("format").Integer(IsKeyPair ? PairFormatNumber : FormatNumber);
        if (IsKeyPair)
            json.Name("kind").String(PairKind);
        json.Name("name").String(Name);
        if (Protection is { } protection)
            json.Name("protection").String(KekProtectionWord.Of(protection));
        json.Name("current").Bytes(_current).Name("versions").BeginArray();
        foreach (var version in _versions)
            version.WriteTo(writer);
        json.EndArray().EndObject();
        return writer.Finish();
    }

    /// <summary>Parses a file of the keyring, or a backup.</summary>
    /// <exception cref="EnvelopeException">HeaderInvalid, UnsupportedVersion.</exception>
    public static KekFile Parse(ReadOnlySpan<byte> text, string what, bool isBackup)
    {
        using var json = KeyJson.Parse(text, what);
        var members = new JsonMembers(json.Root, what);
        var isKeyPair = TakeFormat(ref members, what) == PairFormatNumber;
        if (isKeyPair && members.String("kind") is var kind && kind != PairKind)
            throw Unsupported(what, $"is of the kind '{DisplayText.OneLine(kind)}'");
        var name = members.String("name");
        if (!RecipientGrammar.LocalName().IsMatch(name))
            throw CanonicalJson.Invalid(what, "names a KEK in a way that is not allowed");
        var protection = isBackup ? (KekProtection?)null : KekProtectionWord.Parse(members.String("protection"), what);
        var current = members.Bytes("current", RecipientGrammar.KeyIdSize, RecipientGrammar.KeyIdSize);
        var versions = members.Take("versions", JsonValueKind.Array);
        members.End();

        var file = new KekFile(name, protection, current, []) { IsKeyPair = isKeyPair };
        try
        {
            file.AddAll(versions, json, what);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The same KEK with its keys stored in another way.</summary>
    /// <param name="protection">Null for a backup.</param>
    /// <param name="restore">What is stored for a version's key; becomes the new file's own.</param>
    public KekFile Convert(KekProtection? protection, Func<KekFileVersion, SecretBytes> restore)
    {
        var converted = new KekFile(Name, protection, _current, []) { IsKeyPair = IsKeyPair };
        try
        {
            foreach (var version in _versions)
                converted._versions.Add(version with { Key = restore(version) });
            return converted;
        }
        catch
        {
            converted.Dispose();
            throw;
        }
    }

    /// <summary>Takes the member <c>format</c>, with which every file of the keyring begins.</summary>
    /// <exception cref="EnvelopeException">HeaderInvalid; UnsupportedVersion for any but 1 and 2.</exception>
    public static int TakeFormat(ref JsonMembers members, string what)
    {
        var format = members.Integer("format", 1, FormatLimits.MaxInteger);
        return format is FormatNumber or PairFormatNumber ? (int)format : throw Unsupported(what, $"has the format {format}");
    }

    public void Dispose()
    {
        foreach (var version in _versions)
            version.Dispose();
    }

    private static EnvelopeException Unsupported(string what, string why) => new(
        EnvelopeError.UnsupportedVersion, $"the {what} {why}, which this program does not know; use a newer one.");

    private void AddAll(JsonElement versions, KeyJson json, string what)
    {
        var (minKey, maxKey) = KeyLengths();
        foreach (var element in versions.EnumerateArray())
        {
            var version = KekFileVersion.Parse(element, json, IsKeyPair, minKey, maxKey);
            _versions.Add(version);
            if (_versions.Count > 1 && KekFileVersion.Compare(_versions[^2], version) >= 0)
                throw CanonicalJson.Invalid(what, "has versions out of order");
        }
        if (_versions.DistinctBy(version => version.KeyIdText, StringComparer.Ordinal).Count() != _versions.Count)
            throw CanonicalJson.Invalid(what, "has a key id twice");
        if (Find(_current) is null)
            throw CanonicalJson.Invalid(what, "lacks its current version");
    }

    private (int Min, int Max) KeyLengths() => Protection switch
    {
        KekProtection.Passphrase => (RecipientGrammar.SealedKeyLength, RecipientGrammar.SealedKeyLength),
        KekProtection.Dpapi or KekProtection.DpapiMachine => (1, MaxBlobLength),
        _ => (Cobblestone.KeySize, Cobblestone.KeySize),
    };
}
