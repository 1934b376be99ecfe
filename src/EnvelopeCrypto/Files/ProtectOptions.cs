using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>How files are to be encrypted.</summary>
public sealed record ProtectOptions
{
    /// <summary>The KEKs; any one of them opens the envelope.</summary>
    public required IReadOnlyList<KekReference> Keks { get; init; }

    /// <summary>Authenticated with the data and sent to KMS.</summary>
    public EncryptionContext Context { get; init; } = EncryptionContext.Empty;

    /// <summary>Replace an output that exists.</summary>
    public bool Force { get; init; }

    /// <summary>Leave an output that exists alone when it holds as many bytes as the source, which is not newer; else replace it.</summary>
    public bool Update { get; init; }

    /// <summary>Encrypt an envelope once more.</summary>
    public bool AllowNested { get; init; }

    /// <summary>Seal no name, length, time and mode.</summary>
    public bool NoMetadata { get; init; }

    /// <summary>Only say what would be done: no key is made or asked, no file touched.</summary>
    public bool WhatIf { get; init; }
}
