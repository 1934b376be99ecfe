namespace EnvelopeCrypto.Audit;

/// <summary>What is wrong with the first line of a log that is not as it was written.</summary>
public enum AuditFault
{
    /// <summary>The line was changed, or is none: its hash is not that of what it says.</summary>
    Changed,

    /// <summary>Lines are missing before it, or at the end of a closed file.</summary>
    Removed,

    /// <summary>It stands in another place than it was written in, or twice.</summary>
    Reordered,

    /// <summary>
    /// The file ends in half a line, which a process that died had left, and no one has written since; or its end was cut off.
    /// </summary>
    Torn,

    /// <summary>It is a line of another log, or follows a line or a file that was made again.</summary>
    Foreign,

    /// <summary>The log does not hold as many lines as it is known to have had, or not the head that it is known to have had.</summary>
    CutOff,
}
