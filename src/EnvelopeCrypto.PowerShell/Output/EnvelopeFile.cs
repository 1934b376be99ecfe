using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.PowerShell;

/// <summary>What an envelope's header says, read without a key. All of it is a claim until the file was opened.</summary>
public sealed class EnvelopeFile
{
    internal EnvelopeFile(EnvelopeInfo info, SealedMetadata? metadata)
    {
        SourcePath = info.SourcePath;
        Type = info.Type;
        Length = info.Length;
        EnvelopeLength = info.EnvelopeLength;
        HeaderLength = info.HeaderLength;
        Encrypted = info.Encrypted.LocalDateTime;
        Context = ContextTable.Of(info.Context);
        Kek = new KekNames(info.Kek);
        Recipient =
        [
            .. info.Recipients.Select(recipient => new EnvelopeRecipient(recipient, inOtherSlot: false)),
            .. info.OtherRecipients.Select(recipient => new EnvelopeRecipient(recipient, inOtherSlot: true)),
        ];
        PostQuantum = info.PostQuantum;
        Batch = info.Batch;
        SlotCount = info.SlotCount;
        Generation = info.Generation;
        SlotsAgree = info.SlotsAgree;
        Error = info.Error;
        Reason = info.Reason;
        HasMetadata = info.HasMetadata;
        OpenedBy = metadata?.OpenedBy;
        SealedName = metadata?.Name;
        SealedTime = metadata?.Modified?.ToLocalTime();
    }

    /// <summary>The envelope.</summary>
    public string FullName => SourcePath;

    /// <summary>The same as a path that other cmdlets take letter by letter.</summary>
    public string PSPath => ProviderPath.Of(SourcePath);

    /// <summary>The envelope.</summary>
    public string SourcePath { get; }

    /// <summary>A file, or an exported KEK.</summary>
    public EnvelopeType Type { get; }

    /// <summary>Bytes of plaintext; null when the file is cut off.</summary>
    public long? Length { get; }

    /// <summary>Bytes of the whole envelope.</summary>
    public long? EnvelopeLength { get; }

    /// <summary>Bytes before the body.</summary>
    public int HeaderLength { get; }

    /// <summary>When the data was encrypted, in local time.</summary>
    public DateTime Encrypted { get; }

    /// <summary>Whether every recipient, in both slots, stays closed to a quantum computer, as far as is known.</summary>
    public bool PostQuantum { get; }

    /// <summary>The encryption context.</summary>
    public IReadOnlyDictionary<string, string> Context { get; }

    /// <summary>Its KEKs; any one of them opens it. Where its two recipient slots differ, those of both.</summary>
    public KekNames Kek { get; }

    /// <summary>The same with version and time of each.</summary>
    public IReadOnlyList<EnvelopeRecipient> Recipient { get; }

    /// <summary>The batch that shares the data key; null when no other file does.</summary>
    public string? Batch { get; }

    /// <summary>Two when recipients can be replaced in place, else one.</summary>
    public int SlotCount { get; }

    /// <summary>How often the recipients were written.</summary>
    public ulong Generation { get; }

    /// <summary>False after a rewrap that was cut off; the next one finishes it.</summary>
    public bool SlotsAgree { get; }

    /// <summary>
    /// SlotsDiffer where its two recipient slots do, or one is damaged: it may open with a KEK that is not listed. Else null.
    /// </summary>
    public EnvelopeError? Error { get; }

    /// <summary>The same in words.</summary>
    public string? Reason { get; }

    /// <summary>Whether name, time and mode are sealed in it.</summary>
    public bool HasMetadata { get; }

    /// <summary>The KEK that opened it; null without -IncludeMetadata.</summary>
    public string? OpenedBy { get; }

    /// <summary>The name that is sealed in it; null without -IncludeMetadata, or when none was sealed.</summary>
    public string? SealedName { get; }

    /// <summary>When the file was last written, in local time; null as for the name.</summary>
    public DateTime? SealedTime { get; }
}
