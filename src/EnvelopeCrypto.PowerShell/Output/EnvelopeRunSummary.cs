using EnvelopeCrypto.Batches;

namespace EnvelopeCrypto.PowerShell;

/// <summary>How a pipeline went: what -Summary gives instead of a result for each file.</summary>
public sealed class EnvelopeRunSummary
{
    internal EnvelopeRunSummary(RunSummary summary)
    {
        Protected = summary.Protected;
        Unprotected = summary.Unprotected;
        Rewrapped = summary.Rewrapped;
        Read = summary.Read;
        Unchanged = summary.Unchanged;
        Skipped = summary.Skipped;
        Failed = summary.Failed;
        Bytes = summary.Bytes;
        Started = summary.Started.LocalDateTime;
        Duration = summary.Duration;
    }

    /// <summary>Files that were encrypted.</summary>
    public long Protected { get; }

    /// <summary>Files that were decrypted.</summary>
    public long Unprotected { get; }

    /// <summary>Envelopes that were rewrapped.</summary>
    public long Rewrapped { get; }

    /// <summary>Envelopes that were read only, and are sound.</summary>
    public long Read { get; }

    /// <summary>Files that were as wanted already.</summary>
    public long Unchanged { get; }

    /// <summary>Files that were skipped or left out.</summary>
    public long Skipped { get; }

    /// <summary>Files that failed, those not tried among them.</summary>
    public long Failed { get; }

    /// <summary>Bytes of plaintext in the files that were encrypted, decrypted or read.</summary>
    public long Bytes { get; }

    /// <summary>When it began.</summary>
    public DateTime Started { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; }
}
