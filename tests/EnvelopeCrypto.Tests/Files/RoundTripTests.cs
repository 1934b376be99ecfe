using EnvelopeCrypto.Body;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Keys.Certificates;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

public sealed class RoundTripTests : IDisposable
{
    private const int Chunk = Cobblestone.PlainChunkSize;
    private const int MiB = 1024 * 1024; // a batch of 64 chunks, and where two slots begin

    private readonly FileBench _bench = new();

    public static TheoryData<int> Lengths { get; } =
        [0, 1, Chunk - 1, Chunk, Chunk + 1, 2 * Chunk, MiB - 1, MiB, MiB + 1, MiB + Chunk, (2 * MiB) - 1, 2 * MiB, (2 * MiB) + 1];

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task File_comes_back_bit_for_bit(int length)
    {
        var source = _bench.Source(length);
        var envelope = _bench.Folder["data.bin.evc"];
        var made = await _bench.ProtectAsync(source, envelope, "local:a");
        var header = FileBench.HeaderOf(envelope);

        Assert.Equal((FileOutcome.Protected, source, envelope, (long?)length), (made.Status, made.SourcePath, made.FullName, made.Length));
        Assert.Equal(["local:a"], made.Kek);
        Assert.Equal(length < MiB ? 1 : 2, header.Layout.SlotCount);
        Assert.Equal(header.Layout.BodyOffset + Cobblestone.MessageLength(length), new FileInfo(envelope).Length);

        var opened = await _bench.UnprotectAsync(envelope, _bench.Folder["back.bin"]);
        Assert.Equal((FileOutcome.Unprotected, (long?)length, "local:a"), (opened.Status, opened.Length, opened.OpenedBy));
        Assert.Equal(SampleBytes.Of(length), await File.ReadAllBytesAsync(_bench.Folder["back.bin"]));
        Assert.Equal(["back.bin", "data.bin", "data.bin.evc"], FileBench.NamesIn(_bench.Folder.Path));
        await RequireProvenAsync(envelope, length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Chunk)]
    [InlineData(MiB + 1)]
    public async Task Pipe_that_gives_a_byte_at_a_time_comes_back(int length)
    {
        var plaintext = SampleBytes.Of(length);
        using var envelope = new MemoryStream();
        using var back = new MemoryStream();
        await Protecting("local:a").ProtectStreamAsync(
            new OneByteStream(new MemoryStream(plaintext)), envelope, progress: null, CancellationToken.None);
        var result = await _bench.Unprotecting().UnprotectStreamAsync(
            new OneByteStream(new MemoryStream(envelope.ToArray())), back, progress: null, CancellationToken.None);

        Assert.Equal(plaintext, back.ToArray());
        Assert.Equal(("-", null, (long?)length), (result.SourcePath, result.FullName, result.Length));
        Assert.Empty(Directory.GetFiles(_bench.Folder.Path));
    }

    [Fact]
    public async Task Pipe_becomes_a_file_and_a_file_becomes_a_pipe()
    {
        var plaintext = SampleBytes.Of(100_000);
        var envelope = await _bench.PipedEnvelopeAsync(plaintext, "local:a");
        Assert.Equal(2, FileBench.HeaderOf(envelope).Layout.SlotCount); // its length was not known
        Assert.Equal(plaintext, await _bench.OpenAsync(envelope));

        await using (var input = File.OpenRead(envelope))
        {
            var result = await _bench.Unprotecting().UnprotectStreamToFileAsync(
                input, _bench.Folder["back.bin"], progress: null, CancellationToken.None);
            Assert.Equal(("-", _bench.Folder["back.bin"]), (result.SourcePath, result.FullName));
        }
        Assert.Equal(plaintext, await File.ReadAllBytesAsync(_bench.Folder["back.bin"]));

        using var again = new MemoryStream();
        await Protecting("local:a").ProtectFileToStreamAsync(_bench.Folder["back.bin"], again, progress: null, CancellationToken.None);
        using var back = new MemoryStream();
        again.Position = 0;
        await _bench.Unprotecting().UnprotectStreamAsync(again, back, progress: null, CancellationToken.None);
        Assert.Equal(plaintext, back.ToArray());
    }

    [Fact]
    public async Task Each_of_several_recipients_opens_it_alone()
    {
        using var alice = TestCertificate.OfAlice();
        var certificate = _bench.Certificate("alice.pem", alice.ExportCertificatePem() + "\n" + TestCertificate.KeyPem(alice));
        var plaintext = SampleBytes.Of(5000);
        var envelope = await _bench.EnvelopeAsync(plaintext, "local:a", "local:b", certificate, "service:c");

        foreach (var kek in new[] { "local:a", "local:b", certificate, "service:c" })
            Assert.Equal(plaintext, await _bench.OpenAsync(envelope, kek));
        Assert.Equal(["local:a", "local:b", TestCertificate.KidOf(alice), "service:c"], FileBench.KeksOf(envelope));
    }

    [Fact]
    public async Task Same_kek_named_twice_is_one_recipient()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(10), "local:a", "local:a");
        Assert.Single(FileBench.HeaderOf(envelope).Recipients);
    }

    [Fact]
    public async Task Same_file_never_becomes_the_same_envelope()
    {
        var source = _bench.Source(1000);
        await _bench.ProtectAsync(source, _bench.Folder["1.evc"], "local:a");
        await _bench.ProtectAsync(source, _bench.Folder["2.evc"], "local:a");
        Assert.NotEqual(FileBench.BodyOf(_bench.Folder["1.evc"]), FileBench.BodyOf(_bench.Folder["2.evc"]));
    }

    [Fact]
    public async Task Envelope_is_skipped_unless_nesting_was_asked_for()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(10), "local:a");
        var nested = _bench.Folder["nested.evc"];
        var skipped = await _bench.ProtectAsync(envelope, nested, "local:a");
        Assert.Equal((FileOutcome.Skipped, null), (skipped.Status, skipped.FullName));
        Assert.NotNull(skipped.Reason);
        Assert.False(File.Exists(nested));
        await _bench.RefusesAsync(EnvelopeError.AlreadyAnEnvelope, envelope, () =>
            Protecting("local:a").ProtectFileToStreamAsync(envelope, Stream.Null, progress: null, CancellationToken.None));

        var options = new ProtectOptions { Keks = _bench.Keks("local:a"), AllowNested = true };
        await _bench.Protecting(options).ProtectFileAsync(envelope, nested, progress: null, CancellationToken.None);
        Assert.Equal(await File.ReadAllBytesAsync(envelope), await _bench.OpenAsync(nested));
    }

    [Fact]
    public async Task Progress_adds_up_to_the_length()
    {
        const int length = (3 * MiB) + 5;
        var (protecting, unprotecting) = (0L, 0L);
        await Protecting("local:a").ProtectFileAsync(
            _bench.Source(length), _bench.Folder["x.evc"], done => protecting += done, CancellationToken.None);
        await _bench.Unprotecting().UnprotectFileAsync(
            _bench.Folder["x.evc"], _bench.Folder["x"], done => unprotecting += done, CancellationToken.None);
        Assert.Equal((length, length), (protecting, unprotecting));
    }

    private ProtectOperation Protecting(params string[] keks) => _bench.Protecting(new ProtectOptions { Keks = _bench.Keks(keks) });

    private async Task RequireProvenAsync(string envelope, int length)
    {
        var proof = await new VerifyOperation(_bench.Session, new VerifyOptions()).VerifyFileAsync(
            envelope, progress: null, CancellationToken.None);
        Assert.Equal((true, (long?)length, "local:a"), (proof.Valid, proof.Length, proof.OpenedBy));
        var info = await InspectOperation.InspectFileAsync(envelope, CancellationToken.None);
        Assert.Equal((length, new FileInfo(envelope).Length, true), (info.Length, info.EnvelopeLength, info.HasMetadata));
    }
}
