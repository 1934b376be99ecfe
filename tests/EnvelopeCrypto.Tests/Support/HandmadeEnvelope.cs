using System.Security.Cryptography;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>An envelope put together part by part, so that it can hold what the engine itself would never write. It opens.</summary>
internal sealed record HandmadeEnvelope
{
    public byte[] Plaintext { get; init; } = SampleBytes.Of(100);

    public EnvelopeType Type { get; init; } = EnvelopeType.File;

    public EncryptionContext Context { get; init; } = EncryptionContext.Empty;

    /// <summary>The sealed metadata, whatever it is; null for none.</summary>
    public byte[]? Metadata { get; init; }

    /// <summary>Marks the data key as shared.</summary>
    public byte[]? Batch { get; init; }

    public int SlotCount { get; init; } = 1;

    public ulong Generation { get; init; } = 1;

    /// <summary>Recipients before those of the KEKs.</summary>
    public IReadOnlyList<Recipient> EarlierRecipients { get; init; } = [];

    /// <summary>Recipients after those of the KEKs.</summary>
    public IReadOnlyList<Recipient> MoreRecipients { get; init; } = [];

    public async Task<byte[]> ToBytesAsync(KekSession session, params KekReference[] keks)
    {
        using var dataKey = DataKey.Generate();
        var recipients = new List<Recipient>();
        foreach (var kek in await session.OpenAsync(keks, CancellationToken.None))
            recipients.Add(await session.WrapAsync(kek, dataKey, new KeySubject(Context), CancellationToken.None));
        var protectedHeader = new ProtectedHeader
        {
            Type = Type,
            Context = Context,
            IssuedAt = SampleRecipients.IssuedAt,
            Batch = Batch,
            Metadata = Metadata is null ? null : Cobblestone.Seal(dataKey.Span, "evc/v1 metadata"u8, Metadata, RandomNumberGenerator.Fill),
        };
        var header = EnvelopeHeader.Create(protectedHeader, [.. EarlierRecipients, .. recipients, .. MoreRecipients], SlotCount, Generation);
        return [.. header.Bytes.Span, .. SampleMessage.Write(dataKey.Span.ToArray(), header.BodyContext, Plaintext, RandomNumberGenerator.Fill)];
    }
}
