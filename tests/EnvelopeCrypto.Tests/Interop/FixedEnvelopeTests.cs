using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Interop;

/// <summary>The engine against envelopes that another program wrote by docs/format.md.</summary>
public class FixedEnvelopeTests
{
    private static readonly FixedEnvelopes Envelopes = FixedEnvelopes.Instance;

    public static TheoryData<string> Sound => [.. Envelopes.Sound.Keys];

    public static TheoryData<string> SoundWithEqualSlots =>
        [.. Envelopes.Sound.Where(pair => pair.Value.GetProperty("slots_agree").GetBoolean()).Select(pair => pair.Key)];

    public static TheoryData<int, string> RefusedHeaders => RowsOf("header");

    public static TheoryData<int, string> RefusedBodies => RowsOf("body");

    public static TheoryData<int, string> RefusedAll => [.. RowsOf("header"), .. RowsOf("body"), .. RowsOf("metadata")];

    [Fact]
    public void All_of_them_are_there()
    {
        Assert.Equal(9, Envelopes.Sound.Count);
        Assert.Equal(272, Envelopes.Refused.Count);
    }

    [Theory]
    [MemberData(nameof(Sound))]
    public void Header_says_what_was_written(string file)
    {
        var expected = Envelopes.Sound[file];
        var header = EnvelopeHeader.Read(new MemoryStream(FixedEnvelopes.BytesOf(expected)));

        Assert.Equal(expected.GetProperty("slots").GetInt32(), header.Layout.SlotCount);
        Assert.Equal(expected.GetProperty("selected").GetInt32(), header.SelectedSlot);
        Assert.Equal(expected.GetProperty("generation").GetUInt64(), header.Generation);
        Assert.Equal(expected.GetProperty("slots_agree").GetBoolean(), header.SlotsAgree);
        Assert.Equal(expected.GetProperty("iat").GetInt64(), header.Protected.IssuedAt);
        Assert.Equal(expected.GetProperty("batch").GetString(), header.Protected.Batch is { } batch ? HexOf(batch) : null);
        Assert.Equivalent(
            expected.GetProperty("context").EnumerateObject().Select(pair => (pair.Name, pair.Value.GetString()!)),
            header.Protected.Context.Select(pair => (pair.Key, pair.Value)),
            strict: true);
        Assert.Equal(
            expected.GetProperty("recipients").EnumerateArray().Select(recipient => (recipient[0].GetString()!, recipient[1].GetString()!)),
            header.Recipients.Select(recipient => (recipient.Algorithm, recipient.Kid)));
    }

    [Theory]
    [MemberData(nameof(SoundWithEqualSlots))]
    public void Header_written_again_has_the_same_bytes(string file)
    {
        var bytes = FixedEnvelopes.BytesOf(Envelopes.Sound[file]);
        var header = EnvelopeHeader.Read(new MemoryStream(bytes));
        var again = EnvelopeHeader.Create(header.Protected, header.Recipients, header.Layout.SlotCount, header.Generation);

        Assert.Equal(bytes[..header.Layout.BodyOffset], again.Bytes.ToArray());
        Assert.Equal(header.BodyContext, again.BodyContext);
    }

    [Theory]
    [MemberData(nameof(Sound))]
    public void Local_key_opens_it(string file) => AssertOpens(file, EngineReader.LocalKey(Envelopes.LocalKey));

    [Theory]
    [InlineData("one-chunk.evc")]
    [InlineData("several-chunks.evc")]
    public void Passphrase_opens_it(string file) => AssertOpens(file, EngineReader.Passphrase(Envelopes.Passphrase));

    [Theory]
    [MemberData(nameof(RefusedHeaders))]
    public void Header_is_refused(int index, string name)
    {
        var row = Envelopes.Refused[index];
        var failure = Assert.Throws<EnvelopeException>(() => EnvelopeHeader.Read(new MemoryStream(Envelopes.Assemble(row))));
        Assert.True(row.GetProperty("error").GetString() == failure.Error.ToString(), $"{name}: {failure.Error}, {failure.Message}");
    }

    [Theory]
    [MemberData(nameof(RefusedBodies))]
    public void Body_is_refused(int index, string name)
    {
        var row = Envelopes.Refused[index];
        var failure = Assert.Throws<EnvelopeException>(
            () => EngineReader.Open(Envelopes.Assemble(row), EngineReader.LocalKey(Envelopes.LocalKey)));
        Assert.True(row.GetProperty("error").GetString() == failure.Error.ToString(), $"{name}: {failure.Error}, {failure.Message}");
    }

    [Theory]
    [MemberData(nameof(Sound))]
    public async Task Operation_restores_the_file(string file)
    {
        var expected = Envelopes.Sound[file];
        using var folder = new TempFolder();
        using var session = Session();

        var destination = folder["restored"];
        await new UnprotectOperation(session, new UnprotectOptions())
            .UnprotectFileAsync(Path.Combine(InteropFiles.Fixtures, file), destination, progress: null, CancellationToken.None);

        var metadata = expected.GetProperty("metadata");
        if (metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("mtime", out var seconds))
        {
            var modified = DateTimeOffset.FromUnixTimeSeconds(seconds.GetInt64()).AddTicks(
                metadata.GetProperty("mtime_ns").GetInt64() / 100);
            Assert.Equal(modified.UtcDateTime, File.GetLastWriteTimeUtc(destination));
        }
        if (!OperatingSystem.IsWindows() && metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("mode", out var mode))
            Assert.Equal((UnixFileMode)mode.GetInt32(), File.GetUnixFileMode(destination));
        LetRead(destination);
        Assert.Equal(expected.GetProperty("sha256").GetString(), HexOf(SHA256.HashData(File.ReadAllBytes(destination))));
    }

    [Theory]
    [MemberData(nameof(RefusedAll))]
    public async Task Operation_refuses_it_and_writes_nothing(int index, string name)
    {
        var row = Envelopes.Refused[index];
        using var folder = new TempFolder();
        using var session = Session();
        var source = folder.Write("refused.evc", Envelopes.Assemble(row));

        var failure = await Assert.ThrowsAsync<EnvelopeException>(() => new UnprotectOperation(session, new UnprotectOptions())
            .UnprotectFileAsync(source, folder["restored"], progress: null, CancellationToken.None));

        Assert.True(row.GetProperty("error").GetString() == failure.Error.ToString(), $"{name}: {failure.Error}, {failure.Message}");
        Assert.Equal([source], Directory.GetFiles(folder.Path), StringComparer.Ordinal);
    }

    // One of them was sealed with the mode 0000, one as read-only, which on Windows could not be deleted.
    private static void LetRead(string path)
    {
        if (OperatingSystem.IsWindows())
            File.SetAttributes(path, FileAttributes.Normal);
        else
            File.SetUnixFileMode(path, UnixFileMode.UserRead);
    }

    private static KekSession Session() => new([new FixedKeyProvider(Envelopes.LocalKey, "local:test-data/3/AAAAAAAAAAAAAAAAAAAAAA")], []);

    private static string HexOf(byte[] bytes) =>
        string.Concat(bytes.Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));

    private static TheoryData<int, string> RowsOf(string stage)
    {
        var rows = new TheoryData<int, string>();
        for (var i = 0; i < Envelopes.Refused.Count; i++)
        {
            if (Envelopes.Refused[i].GetProperty("stage").GetString() == stage)
                rows.Add(i, Envelopes.Refused[i].GetProperty("name").GetString()!);
        }
        return rows;
    }

    private static void AssertOpens(string file, Func<Recipient, EncryptionContext, DataKey?> unwrap)
    {
        var expected = Envelopes.Sound[file];
        var (_, plaintext, metadata) = EngineReader.Open(FixedEnvelopes.BytesOf(expected), unwrap);

        Assert.Equal(expected.GetProperty("length").GetInt32(), plaintext.Length);
        Assert.Equal(expected.GetProperty("sha256").GetString(), HexOf(SHA256.HashData(plaintext)));
        if (expected.GetProperty("metadata") is { ValueKind: JsonValueKind.Object } sealedMetadata)
        {
            Assert.True(
                JsonNode.DeepEquals(JsonObject.Create(sealedMetadata), JsonObject.Create(CanonicalJson.Parse(metadata, "metadata"))));
        }
        else
            Assert.Empty(metadata);
    }
}
