using System.Security.Cryptography;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>Writes one envelope front to back: a new data key, its recipients, the header, the body.</summary>
internal sealed class EnvelopeWriter(KekSession session, TimeProvider time)
{
    /// <summary>From this length on an envelope has two slots, and its recipients can be replaced in place.</summary>
    public const long TwoSlotLength = 1024 * 1024;

    /// <returns>The header that was written, and the bytes of plaintext that were read.</returns>
    public async ValueTask<(EnvelopeHeader Header, long Length)> WriteAsync(
        EnvelopeContent content, IReadOnlyList<IKek> keks, Stream output, string? path, Action<int>? progress, CancellationToken cancellationToken)
    {
        var (dataKey, recipients) = await session.GenerateAsync(keks, content.Context, path, cancellationToken);
        using (dataKey)
        {
            var header = HeaderFor(content, dataKey, recipients);
            if (content.Length is >= TwoSlotLength and <= Cobblestone.MaxPlaintextLength && output is OutputFile file)
                file.Reserve(header.Layout.BodyOffset + Cobblestone.MessageLength(content.Length.Value));

            output.Write(header.Bytes.Span);
            using var body = new CobblestoneWriter(output, dataKey.Span, header.BodyContext, RandomNumberGenerator.Fill);
            body.WriteFrom(content.Input, content.Length ?? -1, progress, cancellationToken);
            body.Complete();
            return (header, body.PlaintextLength);
        }
    }

    private EnvelopeHeader HeaderFor(EnvelopeContent content, DataKey dataKey, IReadOnlyList<Recipient> recipients)
    {
        var protectedHeader = new ProtectedHeader
        {
            Type = content.Type,
            Context = content.Context,
            IssuedAt = time.GetUtcNow().ToUnixTimeSeconds(),
            Metadata = content.Metadata?.Seal(dataKey, RandomNumberGenerator.Fill),
        };
        return EnvelopeHeader.Create(protectedHeader, recipients, slotCount: content.Length is < TwoSlotLength ? 1 : 2);
    }
}
