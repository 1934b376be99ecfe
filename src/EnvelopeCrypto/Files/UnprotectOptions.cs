using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Files;

/// <summary>How envelopes are to be decrypted.</summary>
public sealed record UnprotectOptions
{
    /// <summary>Pairs that the envelope's context must have.</summary>
    public EncryptionContext RequiredContext { get; init; } = EncryptionContext.Empty;

    /// <summary>Replace an output that exists.</summary>
    public bool Force { get; init; }

    /// <summary>Leave an output that exists alone when it has as many bytes as the envelope holds, which is not newer; else replace it.</summary>
    public bool Update { get; init; }

    /// <summary>Give the output its sealed name, in the folder of the destination.</summary>
    public bool RestoreName { get; init; }

    /// <summary>Prove the whole file before the first byte goes to a pipe; it is read twice.</summary>
    public bool VerifyFirst { get; init; }

    /// <summary>Only say what would be done: no key is made or asked, no file touched.</summary>
    public bool WhatIf { get; init; }
}
