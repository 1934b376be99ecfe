using System.Text;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>Whoever holds a KEK's public part can seal what he likes: it must not choose where on the disk something is written.</summary>
public sealed class HostileMetadataTests : IDisposable
{
    private readonly FileBench _bench = new();

    public static TheoryData<string> HarmfulNames { get; } =
    [
        "", ".", "..", "../x", "/etc/passwd", "a/b", "a\\\\b", "..\\\\x", "C:x", "a:b", "x:stream", "CON", "con", "NUL.txt", "aux.tar.gz", "com1", "LPT9.x", "COM¹", "CONIN$", "prn .txt",
        "a.", "a ", "a. .", " ", "a\\u0000b", "a\\u000ab", "a\\u001b[2J", "a\u007fb", "a\u0085b",
    ];

    public static TheoryData<string> BrokenMetadata { get; } =
    [
        "", " ", "[]", "null", "{", "{} ", " {}", "{}{}", "\"x\"",
        """{"name":1}""", """{"name":null}""", """{"name":"x","name":"y"}""", """{"name":"\u0061"}""", """{"name":"x" }""", """{"name":"\ud800"}""",
        """{"length":-1}""", """{"length":1.0}""", """{"length":1e2}""", """{"length":"100"}""", """{"length":9007199254740992}""", """{"length":4503599627370496}""",
        """{"length":100,"name":"x"}""", """{"unknown":1}""", """{"name":"x","unknown":1}""", """{"Name":"x"}""",
        """{"mtime":0}""", """{"mtime_ns":0}""", """{"mtime":0,"mtime_ns":1000000000}""", """{"mtime":0,"mtime_ns":-1}""", """{"mtime":253402300800,"mtime_ns":0}""",
        """{"mode":512}""", """{"mode":2541}""", """{"mode":-1}""", """{"mode":"0755"}""",
        """{"mode":420,"attributes":["hidden"]}""", """{"attributes":"hidden"}""", """{"attributes":["hidden","archive"]}""", """{"attributes":["hidden","hidden"]}""",
        """{"attributes":["offline"]}""", """{"attributes":[1]}""", """{"attributes":[["hidden"]]}""", """{"attributes":[{}]}""",
    ];

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(HarmfulNames))]
    public Task Harmful_name_is_refused(string name) => RefusesAsync($$"""{"name":"{{name}}","length":100}""");

    [Fact]
    public async Task Name_of_256_bytes_is_refused_and_one_of_255_is_not()
    {
        await RefusesAsync($$"""{"name":"{{new string('é', 128)}}"}""");
        var name = new string('é', 127) + "x";
        var envelope = await WriteAsync(Encoding.UTF8.GetBytes($$"""{"name":"{{name}}"}"""));
        Assert.Equal(
            _bench.Folder[name], (await _bench.UnprotectAsync(envelope, envelope, new UnprotectOptions { RestoreName = true })).FullName);
    }

    [Theory]
    [MemberData(nameof(BrokenMetadata))]
    public Task Metadata_that_breaks_a_rule_is_refused(string json) => RefusesAsync(json);

    [Fact]
    public Task Metadata_that_is_no_text_is_refused() => RefusesAsync([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);

    [Theory]
    [InlineData(99)]
    [InlineData(101)]
    [InlineData(0)]
    public Task Sealed_length_that_the_body_has_not_is_refused(int length) => RefusesAsync($$"""{"length":{{length}}}""", isKnownByHeader: false);

    [Fact]
    public async Task Metadata_of_another_file_are_refused()
    {
        // The header's author can take another file's sealed bytes along; they are under another data key.
        var other = FileBench.HeaderOf(await _bench.EnvelopeAsync(SampleBytes.Of(100), "local:a")).Protected.Metadata!;
        using var dataKey = EnvelopeCrypto.Keys.DataKey.Generate();
        var failure = Refused.As(EnvelopeError.MetadataInvalid, () => FileMetadata.Open(other, dataKey));
        Assert.Null(failure.Path);
        foreach (var message in new[] { [], new byte[71], new byte[72], other[..^1], [.. other, 0] })
            Refused.As(EnvelopeError.MetadataInvalid, () => FileMetadata.Open(message, dataKey));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":".hidden"}""")]
    [InlineData("""{"name":"console","length":100}""")]
    [InlineData("""{"mtime":-62135596800,"mtime_ns":999999999,"mode":0}""")]
    [InlineData("""{"mtime":253402300799,"mtime_ns":999999999,"mode":511}""")]
    [InlineData("""{"attributes":[]}""")]
    [InlineData("""{"attributes":["archive","hidden","readonly","system","not-content-indexed"]}""")]
    public async Task Odd_but_sound_metadata_are_taken(string json)
    {
        var envelope = await WriteAsync(Encoding.UTF8.GetBytes(json));
        await _bench.UnprotectAsync(envelope, _bench.Folder["back"]);
        if (OperatingSystem.IsWindows())
            File.SetAttributes(_bench.Folder["back"], FileAttributes.Normal);
        else
            UnixTool.Run("chmod", "600", _bench.Folder["back"]);
        Assert.Equal(SampleBytes.Of(100), await File.ReadAllBytesAsync(_bench.Folder["back"]));
        Assert.Equal(json, Encoding.UTF8.GetString(FileMetadata.Parse(Encoding.UTF8.GetBytes(json)).ToJson()));
    }

    private Task RefusesAsync(string json, bool isKnownByHeader = true) => RefusesAsync(Encoding.UTF8.GetBytes(json), isKnownByHeader);

    private async Task RefusesAsync(byte[] json, bool isKnownByHeader = true)
    {
        var envelope = await WriteAsync(json);
        foreach (var options in new[] { new UnprotectOptions(), new UnprotectOptions { RestoreName = true }, new UnprotectOptions { Force = true } })
        {
            if (options.RestoreName && !isKnownByHeader)
                continue;
            await _bench.RefusesAsync(
                EnvelopeError.MetadataInvalid, envelope, () => _bench.UnprotectAsync(envelope, _bench.Folder["back"], options));
        }
        await _bench.RefusesAsync(EnvelopeError.MetadataInvalid, envelope, () => _bench.OpenAsync(envelope));
        var proof = await new VerifyOperation(_bench.Session, new VerifyOptions { HeaderOnly = isKnownByHeader }).VerifyFileAsync(
            envelope, progress: null, CancellationToken.None);
        Assert.Equal((false, EnvelopeError.MetadataInvalid), (proof.Valid, proof.Error));
    }

    private async Task<string> WriteAsync(byte[] metadata) =>
        _bench.Folder.Write(
            "x.evc", await new HandmadeEnvelope { Metadata = metadata }.ToBytesAsync(_bench.Session, _bench.Kek("local:a")));
}
