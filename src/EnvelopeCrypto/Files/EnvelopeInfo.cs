using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Files;

/// <summary>What an envelope's header says, read without a key. All of it is a claim until the file was opened.</summary>
public sealed record EnvelopeInfo
{
    /// <summary>The envelope; <c>-</c> for a pipe.</summary>
    public required string SourcePath { get; init; }

    /// <summary>What it holds.</summary>
    public required EnvelopeType Type { get; init; }

    /// <summary>Bytes of the whole envelope; null for a pipe.</summary>
    public long? EnvelopeLength { get; init; }

    /// <summary>Bytes of plaintext; null for a pipe, and when the file is cut off.</summary>
    public long? Length { get; init; }

    /// <summary>Bytes before the body.</summary>
    public required int HeaderLength { get; init; }

    /// <summary>When the data was encrypted.</summary>
    public required DateTimeOffset Encrypted { get; init; }

    /// <summary>The encryption context.</summary>
    public required EncryptionContext Context { get; init; }

    /// <summary>The recipients, in order.</summary>
    public required IReadOnlyList<Recipient> Recipients { get; init; }

    /// <summary>
    /// Recipients that only the slot has which is not read, where the two differ: a KEK that they name may open the file, since anyone who
    /// can write it can have that slot read.
    /// </summary>
    public IReadOnlyList<Recipient> OtherRecipients { get; init; } = [];

    /// <summary>The batch that shares the data key, as base64url; null when no other file does.</summary>
    public string? Batch { get; init; }

    /// <summary>One, or two when recipients can be replaced in place.</summary>
    public required int SlotCount { get; init; }

    /// <summary>How often the recipients were written.</summary>
    public required ulong Generation { get; init; }

    /// <summary>False after a rewrap that was cut off; the next rewrap finishes it.</summary>
    public required bool SlotsAgree { get; init; }

    /// <summary>SlotsDiffer where its two recipient slots do, or one is damaged; else null.</summary>
    public EnvelopeError? Error { get; init; }

    /// <summary>The same in words.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether name, time and mode are sealed in it.</summary>
    public required bool HasMetadata { get; init; }

    /// <summary>Its KEKs, in canonical form; those that only the slot names which is not read, too.</summary>
    public IReadOnlyList<string> Kek => [.. Recipients.Concat(OtherRecipients).Select(recipient => recipient.Kek)];

    /// <summary>Whether every recipient, of both slots, stays closed to a quantum computer, as far as is known.</summary>
    public bool PostQuantum => Recipients.Concat(OtherRecipients).All(recipient => recipient.IsPostQuantum);
}
