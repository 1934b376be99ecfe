namespace EnvelopeCrypto.Audit;

/// <summary>What a verification of an audit log found.</summary>
public sealed record AuditVerdict
{
    /// <summary>The log.</summary>
    public required string Log { get; init; }

    /// <summary>Whether each line is as it was written, follows the one before it, and what was expected is there.</summary>
    public bool Valid => Fault is null;

    /// <summary>What is wrong with the first wrong line; null when none is.</summary>
    public AuditFault? Fault { get; init; }

    /// <summary>The file with the first wrong line.</summary>
    public string? FaultFile { get; init; }

    /// <summary>The line in that file, from 1; null when it is not about a line.</summary>
    public long? FaultLine { get; init; }

    /// <summary>One line for people; null when nothing is wrong.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// Whether the hashes are keyed. If not, anyone who can write the log can make all of it again, and only a head
    /// that was kept elsewhere shows it.
    /// </summary>
    public bool Keyed { get; init; }

    /// <summary>The KEK that wraps the key of the hashes; null for a plain chain.</summary>
    public string? Kek { get; init; }

    /// <summary>The log's id, base64url; null when its first line is none.</summary>
    public string? Id { get; init; }

    /// <summary>The number of the first line that is here: 1, unless older files were taken away.</summary>
    public long First { get; init; }

    /// <summary>The number of the last sound line: as many lines were written in all.</summary>
    public long Count { get; init; }

    /// <summary>The hash of the last sound line, base64url.</summary>
    public required string Head { get; init; }

    /// <summary>When the last sound line was written; null when there is none.</summary>
    public DateTimeOffset? LastTime { get; init; }

    /// <summary>Half lines that a process left which died, and that were noted in the log. Each is a crash, or a cut tail.</summary>
    public int Torn { get; init; }

    /// <summary>The files, the oldest first.</summary>
    public required IReadOnlyList<string> Files { get; init; }
}
