using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.KeyPairs;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Certificates;
using EnvelopeCrypto.Keys.Pairs;
using EnvelopeCrypto.Keys.Passphrases;
using EnvelopeCrypto.Tests.Keys.Certificates;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Interop;

/// <summary>What the engine writes, opened by the reader that was written from docs/format.md alone.</summary>
public sealed class PythonReaderTests : IDisposable
{
    private const string LocalKid = "local:default/1/8PHy8_T19vf4-fr7_P3-_w";
    private const string Name = "r\u00e9sum\u00e9 \U0001f4c4.txt";

    private static readonly KekReference Local = KekReference.Parse("local:default");
    private static readonly DateTime Modified = new(1969, 12, 31, 23, 59, 58, 500, DateTimeKind.Utc);

    private readonly TempFolder _folder = new();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(DataKey.Size);

    private readonly KekPassphrases _passphrases = new();

    public PythonReaderTests() => _passphrases.Recipient.Set("caf\u00e9 au lait");

    private string LocalKey => Convert.ToHexString(_key);

    public void Dispose()
    {
        _passphrases.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(100_000)]
    [InlineData((64 * 16_384) - 1)]
    [InlineData(64 * 16_384)]
    [InlineData((130 * 16_384) + 5)]
    public async Task Reader_opens_a_body_of_any_length(int length)
    {
        Python.Require();
        var plaintext = RandomNumberGenerator.GetBytes(length);

        var envelope = await ProtectAsync(plaintext, EncryptionContext.Empty, Local);

        Assert.Equal(plaintext, Open(envelope, "--local-key", LocalKey));
    }

    [Fact]
    public async Task Reader_without_a_key_for_any_recipient_says_so()
    {
        Python.Require();
        var envelope = await ProtectAsync([1], EncryptionContext.Empty, Local);
        var passphrase = _folder.Write("passphrase", "caf\u00e9 au lait"u8);
        var (exitCode, output, errors) = Python.Run("reader.py", [envelope, "--passphrase-file", passphrase]);
        Assert.Equal((1, "", "NoRecipientOpened"), (exitCode, output, errors.Split(':')[0]));
    }

    [Fact]
    public async Task Reader_opens_what_came_from_a_pipe()
    {
        Python.Require();
        var envelope = _folder["written.evc"];
        using var session = Session();
        await new ProtectOperation(session, new ProtectOptions { Keks = [Local] })
            .ProtectStreamToFileAsync(new MemoryStream("hello"u8.ToArray()), envelope, progress: null, CancellationToken.None);

        Assert.Equal(2, Inspect(envelope).GetProperty("slots").GetInt32());
        Assert.Equal("hello"u8.ToArray(), Open(envelope, "--local-key", LocalKey));
    }

    [Fact]
    public async Task Reader_opens_what_was_wrapped_to_a_certificate()
    {
        Python.Require();
        using var certificate = TestCertificate.OfAlice();
        var reference = KekReference.Parse(
            "x509:" + _folder.Write("alice.pem", Encoding.ASCII.GetBytes(certificate.ExportCertificatePem())));
        var privateKey = _folder.Write("alice.key", Encoding.ASCII.GetBytes(TestCertificate.KeyPem(certificate)));

        var envelope = await ProtectAsync("hello"u8.ToArray(), EncryptionContext.Empty, Local, reference);

        Assert.Equal("hello"u8.ToArray(), Open(envelope, "--rsa-key", privateKey));
    }

    [Fact]
    public async Task Reader_opens_what_was_wrapped_for_a_key_pair()
    {
        Python.Require();
        var seed = RandomNumberGenerator.GetBytes(KeyPairFormat.SeedSize);
        using var half = new XWing().OpenPrivateHalf(seed);
        var reference = KekReference.Parse(
            "pub:" + _folder.Write("offline.pem", Encoding.ASCII.GetBytes(KeyPairFormat.ToPem(half.PublicHalf))));

        var envelope = await ProtectAsync("hello"u8.ToArray(), EncryptionContext.Create([new("purpose", "backup")]), Local, reference);

        Assert.Equal("hello"u8.ToArray(), Open(envelope, "--pair-seed", Convert.ToHexString(seed)));
    }

    [Fact]
    public async Task Reader_opens_what_was_wrapped_with_a_passphrase()
    {
        Python.Require();
        // The file has the decomposed form, e and an accent; the engine is given the composed one.
        var file = _folder.Write("passphrase", "cafe\u0301 au lait\n"u8);

        var envelope = await ProtectAsync("hello"u8.ToArray(), EncryptionContext.Empty, KekReference.Parse("passphrase"));

        Assert.Equal("hello"u8.ToArray(), Open(envelope, "--passphrase-file", file));
    }

    [Fact]
    public async Task Reader_tells_context_recipients_and_metadata()
    {
        Python.Require();
        var context = EncryptionContext.Create(
        [
            new("\U0001f511", "beyond U+FFFF, sorted after the next"),
            new("\uff5e", "\U0010ffff"),
            new("quote \" slash \\ / end", "\0\u0001\t\r\n\u001f\u007f\u0080\u2028\ufeff"),
            new("\u00e9", "composed"),
            new("e\u0301", "decomposed"),
        ]);
        var path = await ProtectAsync("hello"u8.ToArray(), context, Local);

        var shown = Inspect(path, "--local-key", LocalKey);

        var header = EnvelopeHeader.Read(new MemoryStream(File.ReadAllBytes(path)));
        Assert.Equal(header.Protected.IssuedAt, shown.GetProperty("protected").GetProperty("iat").GetInt64());
        Assert.Equal(
            context.Select(pair => (pair.Key, pair.Value)),
            shown.GetProperty("protected").GetProperty("ctx").EnumerateObject().Select(pair => (pair.Name, pair.Value.GetString()!)));
        Assert.Equal(LocalKid, Assert.Single(shown.GetProperty("recipients").EnumerateArray()).GetProperty("kid").GetString());
        Assert.Equal(Convert.ToHexString(header.BodyContext), shown.GetProperty("body_context").GetString()!.ToUpperInvariant());
        Assert.Equal(header.Layout.BodyOffset, shown.GetProperty("body_offset").GetInt32());
        var metadata = shown.GetProperty("metadata");
        Assert.Equal(Name, metadata.GetProperty("name").GetString());
        Assert.Equal(5, metadata.GetProperty("length").GetInt64());
        Assert.Equal(-2, metadata.GetProperty("mtime").GetInt64());
        Assert.Equal(500_000_000, metadata.GetProperty("mtime_ns").GetInt64());
        Assert.True(metadata.TryGetProperty(OperatingSystem.IsWindows() ? "attributes" : "mode", out _));
    }

    [Fact]
    public async Task Reader_opens_what_was_rewrapped_in_place()
    {
        Python.Require();
        var plaintext = RandomNumberGenerator.GetBytes(64 * 16_384);
        var envelope = await ProtectAsync(plaintext, EncryptionContext.Empty, Local);
        using var certificate = TestCertificate.OfAlice();
        var reference = KekReference.Parse(
            "x509:" + _folder.Write("alice.pem", Encoding.ASCII.GetBytes(certificate.ExportCertificatePem())));
        var privateKey = _folder.Write("alice.key", Encoding.ASCII.GetBytes(TestCertificate.KeyPem(certificate)));
        using var session = Session();

        await new RewrapOperation(session, new RewrapOptions { AddKeks = [reference] }).RewrapFileAsync(envelope, CancellationToken.None);

        var shown = Inspect(envelope);
        Assert.Equal(2, shown.GetProperty("generation").GetInt32());
        Assert.True(shown.GetProperty("slots_agree").GetBoolean());
        Assert.Equal(plaintext, Open(envelope, "--rsa-key", privateKey));
    }

    [Fact]
    public async Task Reader_refuses_one_wrong_bit_anywhere()
    {
        Python.Require();
        var envelope = File.ReadAllBytes(await ProtectAsync("hello"u8.ToArray(), EncryptionContext.Empty, Local));
        var input = new StringBuilder();
        for (var i = 0; i < envelope.Length; i++)
        {
            envelope[i] ^= 1;
            input.Append(Base64UrlText.Encode(envelope)).Append('\n');
            envelope[i] ^= 1;
        }

        var (exitCode, output, errors) = Python.Run("verdicts.py", [LocalKey], input.ToString());

        Assert.True(exitCode == 0, errors);
        var verdicts = output.TrimEnd().Split('\n');
        Assert.Equal(envelope.Length, verdicts.Length);
        Assert.All(verdicts, verdict => Assert.True(Enum.TryParse<EnvelopeError>(verdict, out _), verdict));
    }

    [Fact]
    public async Task Reader_ends_with_one_line_and_no_plaintext_when_the_key_is_wrong()
    {
        Python.Require();
        var path = await ProtectAsync("hello"u8.ToArray(), EncryptionContext.Empty, Local);

        var (exitCode, output, errors) = Python.Run("reader.py", [path, "--local-key", new string('0', 64)]);

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Single(errors.TrimEnd().ReplaceLineEndings("\n").Split('\n'));
    }

    /// <summary>
    /// Writes a file and an envelope of it, and gives the envelope's path. The one place that knows how the engine is asked.
    /// </summary>
    private async Task<string> ProtectAsync(byte[] plaintext, EncryptionContext context, params KekReference[] keks)
    {
        var source = _folder.Write(Name, plaintext);
        File.SetLastWriteTimeUtc(source, Modified);
        using var session = Session();
        await new ProtectOperation(session, new ProtectOptions { Keks = keks, Context = context })
            .ProtectFileAsync(source, _folder["written.evc"], progress: null, CancellationToken.None);
        return _folder["written.evc"];
    }

    private KekSession Session() => new(
        [
            new FixedKeyProvider(_key, LocalKid),
            new KeyPairKekProvider(() => new XWing(), () => throw new EnvelopeException(EnvelopeError.KeyringLocationUnknown, "none")),
            new CertificateKekProvider(_passphrases, new NoNotices()),
            new PassphraseKekProvider(_passphrases),
        ],
        []);

    private static JsonElement Inspect(string envelope, params string[] key) =>
        JsonSerializer.Deserialize<JsonElement>(Python.Output("reader.py", [envelope, "--inspect", .. key]));

    private byte[] Open(string envelope, params string[] key)
    {
        var output = _folder["opened"];
        Python.Output("reader.py", [envelope, "-o", output, .. key]);
        return File.ReadAllBytes(output);
    }

    private sealed class NoNotices : INotices
    {
        public void Information(string message)
        {
        }

        public void Warning(string message)
        {
        }
    }
}
