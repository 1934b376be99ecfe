namespace EnvelopeCrypto.Files;

/// <summary>What became of a file.</summary>
public enum FileOutcome
{
    /// <summary>An envelope was written.</summary>
    Protected,

    /// <summary>The plaintext was written.</summary>
    Unprotected,

    /// <summary>Its recipients were replaced.</summary>
    Rewrapped,

    /// <summary>A rewrap that had been cut off was finished.</summary>
    Repaired,

    /// <summary>It was as wanted already.</summary>
    Unchanged,

    /// <summary>It was left out, for the reason that the result names.</summary>
    Skipped,

    /// <summary>The backup of a KEK, or the public half of a key pair, was written.</summary>
    Exported,
}
