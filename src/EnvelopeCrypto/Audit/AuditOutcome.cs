namespace EnvelopeCrypto.Audit;

/// <summary>How far the use of a KEK came, as its line says.</summary>
public enum AuditOutcome
{
    /// <summary>
    /// The intent: the use was about to be made. A line with what became of it follows, unless the process died or was stopped.
    /// </summary>
    Started,

    /// <summary>It was made.</summary>
    Done,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was stopped.</summary>
    Stopped,

    /// <summary>It was refused before anything was asked of the KEK.</summary>
    Refused,
}
