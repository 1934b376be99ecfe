using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Interop;

/// <summary>Envelopes that the independent writer makes now, opened by the engine.</summary>
public sealed class PythonWriterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Engine_opens_what_was_wrapped_to_a_certificate(int slotCount)
    {
        Python.Require();
        using var rsa = RSA.Create(2048);
        var publicKey = _folder.Write("public.pem", Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()));
        var plaintext = RandomNumberGenerator.GetBytes(40_000);
        var input = _folder.Write("input", plaintext);
        var output = _folder["output.evc"];

        // Given in the order of UTF-16, which is not the format's.
        const string Context = """{"\ud83d\udd11":"key","\uff5e":"tilde \" \\ \u0007"}""";
        Python.Output("writer.py", input, output, "--rsa-key", publicKey, "--slots", $"{slotCount}", "--context", Context, "--meta", """{"length":40000}""");

        DataKey Unwrap(Recipient recipient, EncryptionContext context)
        {
            Assert.Equal(
                "x509:sha256:" + Convert.ToHexString(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo())).ToLowerInvariant(), recipient.Kid);
            return DataKey.FromBytes(rsa.Decrypt(recipient.WrappedKey.Span, RSAEncryptionPadding.OaepSHA256));
        }

        var opened = EngineReader.Open(File.ReadAllBytes(output), Unwrap);
        Assert.Equal(plaintext, opened.Plaintext);
        Assert.Equal("""{"length":40000}"""u8.ToArray(), opened.Metadata);
        Assert.Equal(["\uff5e", "\U0001f511"], opened.Header.Protected.Context.Select(pair => pair.Key), StringComparer.Ordinal);
    }

    [Fact]
    public void Engine_opens_what_the_writer_wrapped_for_a_key_pair()
    {
        var seed = SHA256.HashData("EnvelopeCrypto test data, no secret: pair seed 0"u8);

        var opened = EngineReader.Open(
            File.ReadAllBytes(Path.Combine(InteropFiles.Fixtures, "key-pair.evc")), EngineReader.PairSeed(seed));

        Assert.Equal(100, opened.Plaintext.Length);
        Assert.Equal("x-wing", opened.Header.Recipients[0].Algorithm);
    }

    [Fact]
    public void Fixed_envelopes_are_what_the_writer_writes()
    {
        Python.Require();
        Python.Output("fixtures.py", _folder.Path);

        var names = NamesIn(_folder.Path);
        Assert.Equal(NamesIn(InteropFiles.Fixtures).Where(name => name != ".gitattributes"), names, StringComparer.Ordinal);
        foreach (var name in names)
        {
            Assert.True(
                File.ReadAllBytes(_folder[name]).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(InteropFiles.Fixtures, name))),
                name);
        }
    }

    [Fact]
    public void Worked_example_is_what_the_writer_writes()
    {
        Python.Require();
        var specification = File.ReadAllText(InteropFiles.Specification).ReplaceLineEndings("\n");

        foreach (var block in Python.Output("example.py").Split("\n\n"))
            Assert.Contains(block.Trim(), specification, StringComparison.Ordinal);
    }

    [Fact]
    public void Python_reader_refuses_what_the_engine_refuses()
    {
        Python.Require();
        var envelopes = FixedEnvelopes.Instance;
        var input = string.Concat(envelopes.Refused.Select(row => Base64UrlText.Encode(envelopes.Assemble(row)) + "\n"));

        var (exitCode, output, errors) = Python.Run("verdicts.py", [Convert.ToHexString(envelopes.LocalKey)], input);

        Assert.True(exitCode == 0, errors);
        Assert.Equal(
            envelopes.Refused.Select(row => row.GetProperty("error").GetString()!), output.TrimEnd().Split('\n'), StringComparer.Ordinal);
    }

    private static string[] NamesIn(string folder) =>
        [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
