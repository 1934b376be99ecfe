using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Audit;

/// <summary>One use of a KEK, or its refusal, as a line of the audit log says it. Only a verification of the log proves it.</summary>
public sealed record AuditRecord
{
    /// <summary>The line's number in the whole log, counted from 1 across its files.</summary>
    public long Number { get; init; }

    /// <summary>When, in UTC, to the millisecond.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What was done with the KEK.</summary>
    public required KekOperation Operation { get; init; }

    /// <summary>The KEK, with its version where that matters; of a re-encryption both: <c>OLD -> NEW</c>.</summary>
    public required string Kek { get; init; }

    /// <summary>The file that it was for; null for records, and for what is done with a KEK itself.</summary>
    public string? File { get; init; }

    /// <summary>
    /// The mark of the data key that several records or files share, base64url of 16 bytes; null when there is
    /// none, or it is not known yet.
    /// </summary>
    public string? Batch { get; init; }

    /// <summary>The encryption context.</summary>
    public required EncryptionContext Context { get; init; }

    /// <summary>
    /// Whether the data key that an earlier use gave serves one more file or record. Nothing was asked of the
    /// KEK, and there is no intent.
    /// </summary>
    public bool Shared { get; init; }

    /// <summary>What became of it.</summary>
    public required AuditOutcome Outcome { get; init; }

    /// <summary>The error id of a failure or refusal; else null.</summary>
    public string? Error { get; init; }

    /// <summary>How long it took, to the microsecond; null for an intent and a refusal.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The number of the line with the intent; null where there is none.</summary>
    public long? Intent { get; init; }

    /// <summary>The account, as the system knows it.</summary>
    public required string User { get; init; }

    /// <summary>The machine's name.</summary>
    public required string Host { get; init; }

    /// <summary>The process id.</summary>
    public required int Process { get; init; }

    /// <summary>The run or pipeline, base64url of 16 random bytes.</summary>
    public required string Run { get; init; }
}
