using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Files;

/// <summary>What is to be proven.</summary>
public sealed record VerifyOptions
{
    /// <summary>Only that a KEK opens it and fits; the body's chunks are not read.</summary>
    public bool HeaderOnly { get; init; }

    /// <summary>Pairs that the envelope's context must have.</summary>
    public EncryptionContext RequiredContext { get; init; } = EncryptionContext.Empty;
}
