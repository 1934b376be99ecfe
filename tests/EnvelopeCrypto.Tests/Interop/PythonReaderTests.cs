using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Tests.Interop;

/// <summary>What the engine writes, opened by the reader that was written from docs/format.md alone.</summary>
public sealed class PythonReaderTests : IDisposable
{
    private const string LocalKid = "local:default/1/8PHy8_T19vf4-fr7_P3-_w";

    private readonly ScratchFolder _folder = new();
    private readonly SecretBytes _kek = SecretBytes.Random(DataKey.Size, RandomNumberGenerator.Fill);

    private string LocalKey => Convert.ToHexString(_kek.Span);

    public void Dispose()
    {
        _kek.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(16_383, 1)]
    [InlineData(16_384, 2)]
    [InlineData(16_385, 1)]
    [InlineData(100_000, 1)]
    [InlineData((64 * 16_384) - 1, 2)]
    [InlineData(64 * 16_384, 2)]
    [InlineData((130 * 16_384) + 5, 2)]
    public void Reader_opens_a_body_of_any_length(int length, int slotCount)
    {
        Python.Require();
        var plaintext = RandomNumberGenerator.GetBytes(length);

        var envelope = Protect(plaintext, EncryptionContext.Empty, slotCount, Local);

        Assert.Equal(plaintext, Open(envelope, "--local-key", LocalKey));
    }

    [Fact]
    public void Reader_opens_what_was_wrapped_to_a_certificate()
    {
        Python.Require();
        using var rsa = RSA.Create(2048);
        var pem = _folder.Write("private.pem", Encoding.ASCII.GetBytes(rsa.ExportPkcs8PrivateKeyPem()));

        var envelope = Protect("hello"u8, EncryptionContext.Empty, 1, (dataKey, _) => Rsa(rsa, dataKey));

        Assert.Equal("hello"u8.ToArray(), Open(envelope, "--rsa-key", pem));
    }

    [Fact]
    public void Reader_opens_what_was_wrapped_with_a_passphrase()
    {
        Python.Require();
        // The file is in the decomposed form, é as two code points; the engine is given the composed one.
        var file = _folder.Write("passphrase", "caf\u0065\u0301 au lait\n"u8);

        var envelope = Protect("hello"u8, EncryptionContext.Empty, 1, (dataKey, context) => Passphrase("caf\u00e9 au lait", dataKey, context));

        Assert.Equal("hello"u8.ToArray(), Open(envelope, "--passphrase-file", file));
    }

    [Fact]
    public void Reader_tells_context_recipients_batch_and_metadata()
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
        using var rsa = RSA.Create(2048);
        var path = Protect("hello"u8, context, 2, (dataKey, _) => Rsa(rsa, dataKey), Local);

        var shown = JsonSerializer.Deserialize<JsonElement>(Python.Output("reader.py", path, "--inspect", "--local-key", LocalKey));

        var header = EnvelopeHeader.Read(new MemoryStream(File.ReadAllBytes(path)));
        var protectedHeader = shown.GetProperty("protected");
        Assert.Equal(header.Protected.IssuedAt, protectedHeader.GetProperty("iat").GetInt64());
        Assert.Equal(
            context.Select(pair => (pair.Key, pair.Value)),
            protectedHeader.GetProperty("ctx").EnumerateObject().Select(pair => (pair.Name, pair.Value.GetString()!)));
        Assert.Equal(Base64UrlText.Encode(header.Protected.Batch), protectedHeader.GetProperty("batch").GetString());
        Assert.Equal(
            header.Recipients.Select(recipient => recipient.Kid),
            shown.GetProperty("recipients").EnumerateArray().Select(recipient => recipient.GetProperty("kid").GetString()!),
            StringComparer.Ordinal);
        Assert.Equal(Convert.ToHexString(header.BodyContext), shown.GetProperty("body_context").GetString()!.ToUpperInvariant());
        Assert.Equal(header.Layout.BodyOffset, shown.GetProperty("body_offset").GetInt32());
        Assert.Equal("r\u00e9sum\u00e9 \U0001f4c4.txt", shown.GetProperty("metadata").GetProperty("name").GetString());
    }

    [Fact]
    public void Reader_refuses_one_wrong_bit_anywhere()
    {
        Python.Require();
        var envelope = File.ReadAllBytes(Protect("hello"u8, EncryptionContext.Empty, 1, Local));
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
    public void Reader_ends_with_one_line_and_no_plaintext_when_the_key_is_wrong()
    {
        Python.Require();
        var path = Protect("hello"u8, EncryptionContext.Empty, 1, Local);

        var (exitCode, output, errors) = Python.Run("reader.py", [path, "--local-key", new string('0', 64)]);

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Single(errors.TrimEnd().ReplaceLineEndings("\n").Split('\n'));
    }

    /// <summary>Writes an envelope with the engine's parts and gives its path. The one place that knows how the engine is asked.</summary>
    private string Protect(ReadOnlySpan<byte> plaintext, EncryptionContext context, int slotCount, params Func<DataKey, EncryptionContext, Recipient>[] wraps)
    {
        using var dataKey = DataKey.Generate();
        var metadata = Encoding.UTF8.GetBytes($$"""{"name":"r{{'\u00e9'}}sum{{'\u00e9'}} {{"\U0001f4c4"}}.txt","length":{{plaintext.Length}},"mtime":-5,"mtime_ns":0}""");
        var protectedHeader = new ProtectedHeader
        {
            Type = EnvelopeType.File,
            Context = context,
            IssuedAt = 1_795_284_000,
            Batch = RandomNumberGenerator.GetBytes(ProtectedHeader.BatchSize),
            Metadata = Cobblestone.Seal(dataKey.Span, "evc/v1 metadata"u8, metadata, RandomNumberGenerator.Fill),
        };
        var header = EnvelopeHeader.Create(protectedHeader, [.. wraps.Select(wrap => wrap(dataKey, context))], slotCount);

        using var file = new FileStream(_folder.PathOf("written.evc"), FileMode.CreateNew);
        file.Write(header.Bytes.Span);
        using var writer = new CobblestoneWriter(file, dataKey.Span, header.BodyContext, RandomNumberGenerator.Fill);
        writer.Write(plaintext);
        writer.Complete();
        return file.Name;
    }

    private Recipient Local(DataKey dataKey, EncryptionContext context) => new()
    {
        Algorithm = RecipientAlgorithm.Local,
        Kid = LocalKid,
        IssuedAt = 1_795_284_000,
        WrappedKey = SealedWrap.Wrap(_kek, RecipientAlgorithm.Local, LocalKid, dataKey, context, RandomNumberGenerator.Fill),
    };

    private static Recipient Rsa(RSA rsa, DataKey dataKey) => new()
    {
        Algorithm = RecipientAlgorithm.Rsa,
        Kid = "x509:sha256:" + Convert.ToHexString(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo())).ToLowerInvariant(),
        IssuedAt = 1_795_284_000,
        WrappedKey = rsa.Encrypt(dataKey.Span.ToArray(), RSAEncryptionPadding.OaepSHA256),
    };

    private static Recipient Passphrase(string passphrase, DataKey dataKey, EncryptionContext context)
    {
        var salt = RandomNumberGenerator.GetBytes(RecipientGrammar.SaltSize);
        using var normal = KeyDerivation.Normalize(passphrase);
        using var kek = KeyDerivation.Derive(normal, salt, KeyDerivation.DefaultIterations);
        return new Recipient
        {
            Algorithm = RecipientAlgorithm.Passphrase,
            Kid = RecipientGrammar.PassphraseKid,
            IssuedAt = 1_795_284_000,
            Salt = salt,
            Iterations = KeyDerivation.DefaultIterations,
            WrappedKey = SealedWrap.Wrap(kek, RecipientAlgorithm.Passphrase, RecipientGrammar.PassphraseKid, dataKey, context, RandomNumberGenerator.Fill),
        };
    }

    private byte[] Open(string envelope, params string[] key)
    {
        var output = _folder.PathOf("opened");
        Python.Output("reader.py", [envelope, "-o", output, .. key]);
        return File.ReadAllBytes(output);
    }
}
