using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Audit;

/// <summary>
/// Numbers and hashes of the lines. The hash of a line is over all of it before its last member; the next line holds it as
/// <c>prev</c>. Without a key it is SHA-256, else HMAC-SHA-256.
/// </summary>
/// <param name="key">32 bytes, which stay the caller's; null for a plain chain.</param>
internal sealed class AuditChain(SecretBytes? key)
{
    // ,"hash":"..."}
    private static readonly int TailLength = ",\"hash\":\"\"}".Length + Base64UrlText.LengthOf(AuditLimits.HashSize);

    /// <summary>Lines up to now, and the number of the last.</summary>
    public long Count { get; private set; }

    /// <summary>The hash of the last line; zeros before the first.</summary>
    public byte[] Head { get; private set; } = new byte[AuditLimits.HashSize];

    /// <summary>Goes on after a line.</summary>
    public void ContinueAfter(long count, byte[] head) => (Count, Head) = (count, head);

    /// <summary>The next line, with its newline.</summary>
    public void Append(ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        var body = Body(Count + 1, Head, content);
        Head = HashOf(body);
        Count++;
        output.Write(body);
        output.Write(Tail(Head));
        output.Write("\n"u8);
    }

    /// <summary>Whether a line has the hash that it claims.</summary>
    public bool IsWhole(ReadOnlySpan<byte> text, AuditLine line) =>
        text.Length > TailLength && CryptographicOperations.FixedTimeEquals(HashOf(text[..^TailLength]), line.Hash);

    /// <summary>Whether a line is the one that belongs here.</summary>
    public bool IsNext(AuditLine line) => line.Number == Count + 1 && line.Previous.AsSpan().SequenceEqual(Head);

    /// <summary>The one spelling of a line, without its newline.</summary>
    public static byte[] Spell(long number, byte[] previous, byte[] content, byte[] hash) =>
        [.. Body(number, previous, content), .. Tail(hash)];

    private static byte[] Body(long number, byte[] previous, ReadOnlySpan<byte> content) =>
    [
        .. Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{{\"seq\":{number},\"prev\":\"{Base64UrlText.Encode(previous)}\",")),
        .. content,
    ];

    private static byte[] Tail(byte[] hash) => Encoding.ASCII.GetBytes($",\"hash\":\"{Base64UrlText.Encode(hash)}\"}}");

    private byte[] HashOf(ReadOnlySpan<byte> body) => key is null ? SHA256.HashData(body) : HMACSHA256.HashData(key.Span, body);
}
