using System.Security.Cryptography;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>Writes one envelope front to back: the header with its recipients, the body.</summary>
internal sealed class EnvelopeWriter(TimeProvider time, CopyWorkers workers)
{
    /// <summary>From this length on an envelope has two slots, and its recipients can be replaced in place.</summary>
    public const long TwoSlotLength = 1024 * 1024;

    /// <returns>The header that was written, and the bytes of plaintext that were read.</returns>
    /// <exception cref="EnvelopeException">BodyTooLong; what reading and writing can fail with.</exception>
    public (EnvelopeHeader Header, long Length) Write(
        EnvelopeContent content, EnvelopeKey key, Stream output, Action<int>? progress, CancellationToken cancellationToken)
    {
        // Known before the disk is full: a file with a hole can be as long as its file system allows.
        if (content.Length > Cobblestone.MaxPlaintextLength)
            throw ChunkBatch.TooLong();
        var header = HeaderFor(content, key);
        if (content.Length is >= TwoSlotLength && output is OutputFile file)
            file.Reserve(header.Layout.BodyOffset + Cobblestone.MessageLength(content.Length.Value));

        var length = content.Length < ChunkBatch.PlainSize
            ? WriteShort(content, output, key, header, progress, cancellationToken)
            : WriteLong(content, output, key, header, progress, cancellationToken);
        return (header, length);
    }

    // One read, one write.
    private static long WriteShort(
        EnvelopeContent content,
        Stream output,
        EnvelopeKey key,
        EnvelopeHeader header,
        Action<int>? progress,
        CancellationToken cancellationToken)
    {
        using var body = new CobblestoneWriter(output, header.Bytes.Span, key.DataKey.Span, header.BodyContext, RandomNumberGenerator.Fill);
        body.WriteFrom(content.Input, content.Length ?? -1, progress, cancellationToken);
        content.BeforeEnd?.Invoke(body.PlaintextLength);
        body.Complete();
        return body.PlaintextLength;
    }

    private long WriteLong(
        EnvelopeContent content,
        Stream output,
        EnvelopeKey key,
        EnvelopeHeader header,
        Action<int>? progress,
        CancellationToken cancellationToken)
    {
        Span<byte> preamble = stackalloc byte[Cobblestone.PreambleSize];
        using var messageKey = MessageKey.Create(key.DataKey.Span, header.BodyContext, RandomNumberGenerator.Fill, preamble);
        output.Write(header.Bytes.Span);
        output.Write(preamble);
        return ParallelCopy.ToSeal(
            content.Input, content.Length, output, messageKey, workers, content.BeforeEnd).Run(progress, cancellationToken);
    }

    private EnvelopeHeader HeaderFor(EnvelopeContent content, EnvelopeKey key)
    {
        var protectedHeader = new ProtectedHeader
        {
            Type = content.Type,
            Context = content.Context,
            IssuedAt = time.GetUtcNow().ToUnixTimeSeconds(),
            Batch = key.Batch,
            Metadata = content.Metadata?.Seal(key.DataKey, RandomNumberGenerator.Fill),
        };
        return EnvelopeHeader.Create(protectedHeader, key.Recipients, slotCount: content.Length is < TwoSlotLength ? 1 : 2);
    }
}
