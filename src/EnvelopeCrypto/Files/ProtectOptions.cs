using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>How files are to be encrypted.</summary>
public sealed record ProtectOptions
{
    /// <summary>The most files that can share a data key.</summary>
    public const int MaxFilesPerDataKey = DataKeyPool.MaxFiles;

    /// <summary>The KEKs; any one of them opens the envelope.</summary>
    public required IReadOnlyList<KekReference> Keks { get; init; }

    /// <summary>Authenticated with the data and sent to KMS.</summary>
    public EncryptionContext Context { get; init; } = EncryptionContext.Empty;

    /// <summary>
    /// How many files share a data key, so that a key service is asked once for all of them: 1 to 1,000,000. Anyone who can open one of
    /// them can open them all, and their headers say so. A data key serves for 5 minutes and 64 GiB at most; a file over 1 GiB, or of
    /// unknown length, has one of its own.
    /// </summary>
    public int FilesPerDataKey { get; init; } = 1;

    /// <summary>
    /// The data key for all files, instead of new ones; <see cref="Keks"/> is empty then. The caller disposes it, after the run.
    /// </summary>
    internal SharedDataKey? DataKey { get; init; }

    /// <summary>Replace an output that exists.</summary>
    public bool Force { get; init; }

    /// <summary>Leave an output that exists alone when it holds as many bytes as the source, which is not newer; else replace it.</summary>
    public bool Update { get; init; }

    /// <summary>
    /// Remove each source after its output was flushed to the disk, name and all, read back from there as any reader would, and
    /// compared with the source byte by byte; an output that was there already too. A source that is a symbolic link stays, and so does
    /// what it leads to. An output that holds something else is then replaced with <see cref="Force"/> alone: it may be the only copy.
    /// Pipes are not concerned.
    /// </summary>
    public bool RemoveSource { get; init; }

    /// <summary>Encrypt an envelope once more.</summary>
    public bool AllowNested { get; init; }

    /// <summary>Seal no name, length, time and mode.</summary>
    public bool NoMetadata { get; init; }

    /// <summary>Only say what would be done: no key is made or asked, no file touched.</summary>
    public bool WhatIf { get; init; }
}
