using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Files;

/// <summary>How envelopes are to be decrypted.</summary>
public sealed record UnprotectOptions
{
    /// <summary>Pairs that the envelope's context must have.</summary>
    public EncryptionContext RequiredContext { get; init; } = EncryptionContext.Empty;

    /// <summary>Replace an output that exists.</summary>
    public bool Force { get; init; }

    /// <summary>
    /// Leave an output that exists alone when it has as many bytes as the envelope holds, which is not newer; else replace it.
    /// </summary>
    public bool Update { get; init; }

    /// <summary>
    /// Remove each source after its output was flushed to the disk, name and all, read back from there as any reader would, and
    /// compared with the source byte by byte; an output that was there already too. A source that is a symbolic link stays, and so does
    /// what it leads to. An output that holds something else is then replaced with <see cref="Force"/> alone: it may be the only copy.
    /// Pipes are not concerned.
    /// </summary>
    public bool RemoveSource { get; init; }

    /// <summary>Give the output its sealed name, in the folder of the destination.</summary>
    public bool RestoreName { get; init; }

    /// <summary>Prove the whole file before the first byte goes to a pipe; it is read twice.</summary>
    public bool VerifyFirst { get; init; }

    /// <summary>Only say what would be done: no key is made or asked, no file touched.</summary>
    public bool WhatIf { get; init; }
}
