using System.Text;
using System.Text.Json;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Tests.Interop;

/// <summary>The envelopes that tests/interop/fixtures.py wrote once, and what is known of each.</summary>
internal sealed class FixedEnvelopes
{
    private readonly JsonElement _manifest = Load("manifest.json");
    private readonly JsonElement _refused = Load("refused.json");

    public static FixedEnvelopes Instance { get; } = new();

    public byte[] LocalKey => Convert.FromHexString(_manifest.GetProperty("local_key").GetString()!);

    public string Passphrase => _manifest.GetProperty("passphrase").GetString()!;

    /// <summary>What opens, by file name.</summary>
    public IReadOnlyDictionary<string, JsonElement> Sound =>
        _manifest.GetProperty("envelopes").EnumerateArray().ToDictionary(
            row => row.GetProperty("file").GetString()!, StringComparer.Ordinal);

    /// <summary>What must be refused, in order.</summary>
    public IReadOnlyList<JsonElement> Refused => [.. _refused.GetProperty("envelopes").EnumerateArray()];

    public static byte[] BytesOf(JsonElement row) =>
        File.ReadAllBytes(Path.Combine(InteropFiles.Fixtures, row.GetProperty("file").GetString()!));

    /// <summary>The bytes of a refused envelope, from its pieces.</summary>
    public byte[] Assemble(JsonElement row)
    {
        using var bytes = new MemoryStream();
        foreach (var piece in row.GetProperty("bytes").EnumerateArray())
        {
            if (piece.ValueKind == JsonValueKind.Array)
                bytes.Write([.. Enumerable.Repeat(piece[1].GetByte(), piece[0].GetInt32())]);
            else
                bytes.Write(Decode(piece.ValueKind == JsonValueKind.Object ? _refused.GetProperty("parts").GetProperty(piece.GetProperty("part").GetString()!) : piece));
        }
        return bytes.ToArray();
    }

    private static byte[] Decode(JsonElement text) =>
        Base64UrlText.TryDecode(text.GetString()!, out var bytes) ? bytes : throw new FormatException();

    private static JsonElement Load(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(InteropFiles.Fixtures, name), Encoding.UTF8));
        return document.RootElement.Clone();
    }
}
