using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>A whole envelope in memory with its data key, which no recipient holds.</summary>
internal sealed record SampleEnvelope(byte[] DataKey, EnvelopeHeader Header, byte[] Plaintext, byte[] Bytes)
{
    public static ProtectedHeader ProtectedHeader { get; } = new()
    {
        Type = EnvelopeType.File,
        Context = Context(("purpose", "backup"), ("host", "db1")),
        IssuedAt = SampleRecipients.IssuedAt,
    };

    public static EncryptionContext Context(params (string Key, string Value)[] pairs) =>
        EncryptionContext.Create(pairs.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)));

    public static SampleEnvelope Of(byte[] plaintext, int slotCount, params Recipient[] recipients) =>
        Of(plaintext, EnvelopeHeader.Create(ProtectedHeader, recipients.Length == 0 ? [SampleRecipients.Local()] : recipients, slotCount));

    public static SampleEnvelope Of(byte[] plaintext, EnvelopeHeader header)
    {
        var dataKey = SampleBytes.Key(77);
        return new SampleEnvelope(
            dataKey, header, plaintext, [.. header.Bytes.Span, .. SampleMessage.Write(dataKey, header.BodyContext, plaintext)]);
    }

    /// <summary>Reads an envelope with this one's data key: header, commitment, body up to its proven end.</summary>
    /// <param name="envelope">The bytes, perhaps changed.</param>
    /// <param name="output">Gets what was verified, also when a later part then fails.</param>
    public EnvelopeHeader Read(byte[] envelope, Stream output)
    {
        using var input = new MemoryStream(envelope);
        var header = EnvelopeHeader.Read(input);
        using var reader = CobblestoneReader.Open(input, DataKey, header.BodyContext);
        reader.CopyTo(output, progress: null, CancellationToken.None);
        return header;
    }
}
