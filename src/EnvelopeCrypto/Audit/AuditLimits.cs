namespace EnvelopeCrypto.Audit;

/// <summary>Sizes of the log, in bytes; each is checked before memory is taken.</summary>
internal static class AuditLimits
{
    public const int HashSize = 32;
    public const int IdSize = 16;

    /// <summary>
    /// The longest line, with its newline: room for a path and an encryption context of the longest kind, all of it escaped.
    /// </summary>
    public const int MaxLineLength = 512 * 1024;

    /// <summary>The longest text of one member but the path and the encryption context.</summary>
    public const int MaxTextLength = 4 * 1024;

    /// <summary>The longest path, in characters: that of Windows.</summary>
    public const int MaxPathLength = 32 * 1024;

    /// <summary>How much of a torn line is kept in the line that tells of it.</summary>
    public const int MaxTornKept = 64 * 1024;

    /// <summary>What a dead process can have left of its last write.</summary>
    public const int MaxTorn = 4 * 1024 * 1024;

    /// <summary>A file of this size is closed, and the chain goes on in a new one.</summary>
    public const long UsualFileSize = 64 * 1024 * 1024;
}
