using System.IO.Compression;
using System.Text.Json;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Body;

/// <summary>One case of Wycheproof's file for Cobblestone-256.</summary>
internal sealed record CobblestoneVector
{
    public const int Count = 35;

    private static readonly Lazy<IReadOnlyDictionary<int, CobblestoneVector>> Loaded = new(Load);

    public required int Id { get; init; }

    public required byte[] Key { get; init; }

    public required byte[] Context { get; init; }

    public required byte[] Message { get; init; }

    /// <summary>The chunks' key; null where the case fails before one is derived.</summary>
    public required byte[]? ChunkKey { get; init; }

    public required byte[]? BaseNonce { get; init; }

    public required bool IsValid { get; init; }

    public required IReadOnlySet<string> Flags { get; init; }

    /// <summary>Length of the plaintext, or of its longest sound beginning; 0 when there is none.</summary>
    public required int SoundLength { get; init; }

    public required byte[]? SoundSha512 { get; init; }

    public static IReadOnlyDictionary<int, CobblestoneVector> All()
    {
        TestVectors.Require(FileName);
        return Loaded.Value;
    }

    private static string[] FileName => ["wycheproof", "c2sp_chunked_encryption_aes_256_gcm_test.json"];

    private static Dictionary<int, CobblestoneVector> Load()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(TestVectors.Require(FileName)));
        return file.RootElement.GetProperty("testGroups").EnumerateArray()
            .SelectMany(group => group.GetProperty("tests").EnumerateArray())
            .Select(Read)
            .ToDictionary(vector => vector.Id);
    }

    private static CobblestoneVector Read(JsonElement test) => new()
    {
        Id = test.GetProperty("tcId").GetInt32(),
        Key = Hex(test, "key")!,
        Context = Hex(test, "ctx")!,
        Message = Inflate(Hex(test, "ct")!),
        ChunkKey = Hex(test, "aeadKey"),
        BaseNonce = Hex(test, "baseNonce"),
        IsValid = test.GetProperty("result").GetString() switch
        {
            "valid" => true,
            "invalid" => false,
            var other => throw new InvalidDataException($"A result '{other}' that this test does not know."),
        },
        Flags = test.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()!).ToHashSet(StringComparer.Ordinal),
        SoundLength = test.TryGetProperty("msgLength", out var length) ? length.GetInt32() : 0,
        SoundSha512 = Hex(test, "msgSha512"),
    };

    private static byte[]? Hex(JsonElement test, string name) =>
        test.TryGetProperty(name, out var text) ? Convert.FromHexString(text.GetString()!) : null;

    private static byte[] Inflate(byte[] compressed)
    {
        using var inflater = new ZLibStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        inflater.CopyTo(plain);
        return plain.ToArray();
    }
}
