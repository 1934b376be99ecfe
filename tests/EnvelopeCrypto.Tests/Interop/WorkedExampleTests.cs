using System.Text;
using System.Text.RegularExpressions;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.KeyPairs;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Pairs;
using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Tests.Interop;

/// <summary>The worked example of docs/format.md, read out of the document itself.</summary>
public partial class WorkedExampleTests
{
    private const string Kid = "local:example/1/8PHy8_T19vf4-fr7_P3-_w";
    private const string Metadata = """{"name":"hello.txt","length":6,"mtime":1795280400,"mtime_ns":500000000,"mode":416}""";
    private const long IssuedAt = 1_795_284_000;

    private static readonly byte[] Kek = From(0x00, 32);
    private static readonly byte[] Plaintext = "hello\n"u8.ToArray();
    private static readonly EncryptionContext Context = EncryptionContext.Create([new("purpose", "example")]);

    [Fact]
    public void Example_opens()
    {
        var (header, plaintext, metadata) = EngineReader.Open(Example(), EngineReader.LocalKey(Kek));

        Assert.Equal(Plaintext, plaintext);
        Assert.Equal(Metadata, Encoding.UTF8.GetString(metadata));
        Assert.Equal(Context, header.Protected.Context);
        Assert.Equal(Kid, Assert.Single(header.Recipients).Kid);
    }

    [Fact]
    public void Engine_writes_the_example_byte_for_byte()
    {
        using var kek = new SecretBytes(Kek);
        using var dataKey = DataKey.FromBytes(From(0x20, 32));
        var protectedHeader = new ProtectedHeader
        {
            Type = EnvelopeType.File,
            Context = Context,
            IssuedAt = IssuedAt,
            Metadata = Cobblestone.Seal(dataKey.Span, "evc/v1 metadata"u8, Encoding.UTF8.GetBytes(Metadata), Salt(0x60)),
        };
        var recipient = new Recipient
        {
            Algorithm = RecipientAlgorithm.Local,
            Kid = Kid,
            IssuedAt = IssuedAt,
            WrappedKey = SealedWrap.Wrap(kek, RecipientAlgorithm.Local, Kid, dataKey, Context, Salt(0x40)),
        };
        var header = EnvelopeHeader.Create(protectedHeader, [recipient], slotCount: 1);
        using var written = new MemoryStream();
        written.Write(header.Bytes.Span);
        using var writer = new CobblestoneWriter(written, dataKey.Span, header.BodyContext, Salt(0x80));
        writer.Write(Plaintext);
        writer.Complete();

        Assert.Equal(Example(), written.ToArray());
    }

    [Fact]
    public void Engine_makes_the_pair_of_the_example_and_its_wrapped_key_byte_for_byte()
    {
        var xWing = new XWing(destination => From(0xC0, XWing.RandomnessSize).CopyTo(destination));
        using var privateHalf = xWing.OpenPrivateHalf(From(0xA0, 32));
        var kid = KeyPairFormat.KidOf(privateHalf.PublicHalf);
        using var dataKey = DataKey.FromBytes(From(0x20, 32));
        var (ciphertext, secret) = (new byte[KeyPairFormat.CiphertextSize], new byte[KeyPairFormat.SecretSize]);
        xWing.OpenPublicHalf(privateHalf.PublicHalf).Encapsulate(ciphertext, secret);
        using var kek = new SecretBytes(secret);
        byte[] wrapped =
        [
            .. ciphertext, .. SealedWrap.Wrap(kek, RecipientAlgorithm.XWing, kid, dataKey, Context, Salt(0x00)),
        ];

        Assert.Equal(privateHalf.PublicHalf.ToArray(), Step("public half"));
        Assert.Equal(wrapped, Step("wrapped key"));
        using var unwrapped = PairWrap.Unwrap(
            privateHalf, new Recipient { Algorithm = RecipientAlgorithm.XWing, Kid = kid, IssuedAt = 0, WrappedKey = Step("wrapped key") }, Context);
        Assert.True(dataKey.SameAs(unwrapped));
    }

    /// <summary>The bytes below the line that begins with a label, in the example of the key pair.</summary>
    private static byte[] Step(string label)
    {
        var lines = File.ReadAllText(InteropFiles.Specification).ReplaceLineEndings("\n").Split('\n');
        var start = Array.FindIndex(lines, line => line.StartsWith($"# {label}:", StringComparison.Ordinal));
        Assert.True(start >= 0, $"docs/format.md has no {label}.");
        return Convert.FromHexString(string.Concat(lines.Skip(start + 1).TakeWhile(line => !line.StartsWith('#') && !line.StartsWith('`'))));
    }

    private static byte[] Example()
    {
        var block = HexBlock().Match(File.ReadAllText(InteropFiles.Specification).ReplaceLineEndings("\n"));
        Assert.True(block.Success, "docs/format.md has no block of hexadecimal bytes.");
        return Convert.FromHexString(string.Concat(block.Groups["lines"].Value.Split('\n').Where(line => !line.StartsWith('#'))));
    }

    private static byte[] From(int first, int count) => [.. Enumerable.Range(first, count).Select(value => (byte)value)];

    private static RandomSource Salt(int first) => destination => From(first, Cobblestone.SaltSize).CopyTo(destination);

    [GeneratedRegex("^```hex\\n(?<lines>.*?)\\n```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex HexBlock();
}
