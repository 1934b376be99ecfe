using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Records;

/// <summary>How records are to be encrypted.</summary>
public sealed record ProtectRecordOptions
{
    /// <summary>The most records that can share a data key.</summary>
    public const int MaxRecordsPerDataKey = DataKeyPool.MaxFiles;

    /// <summary>How many records share a data key, unless told otherwise.</summary>
    public const int UsualRecordsPerDataKey = 1000;

    /// <summary>The KEKs; any one of them opens the tokens.</summary>
    public required IReadOnlyList<KekReference> Keks { get; init; }

    /// <summary>Authenticated with each token and sent to KMS. It stands in every token.</summary>
    public EncryptionContext Context { get; init; } = EncryptionContext.Empty;

    /// <summary>
    /// How many records share a data key, so that a key service is asked once for all of them: 1 to 1,000,000. Anyone who can open one of
    /// them can open them all. A data key serves for 5 minutes at most.
    /// </summary>
    public int RecordsPerDataKey { get; init; } = UsualRecordsPerDataKey;

    /// <summary>
    /// Leave values that are tokens of the same field already, bound to the same names, as they are, instead of refusing them. Whether they
    /// open is not tried.
    /// </summary>
    public bool SkipProtected { get; init; }
}
