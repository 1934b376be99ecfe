using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Files;

/// <summary>What is to be proven.</summary>
public sealed record VerifyOptions
{
    /// <summary>Only that a KEK opens it and fits; the body's chunks are not read.</summary>
    public bool HeaderOnly { get; init; }

    /// <summary>
    /// References, or patterns of canonical references with <c>*</c>: every recipient must be one of these, in both
    /// recipient slots, and these must not differ. Empty: any may be.
    /// </summary>
    public IReadOnlyList<string> OnlyKeks { get; init; } = [];

    /// <summary>
    /// Every recipient, in both slots, must stay closed to a quantum computer, as far as is known: so a file that RSA opens too is not
    /// valid.
    /// </summary>
    public bool OnlyPostQuantum { get; init; }

    /// <summary>Pairs that the envelope's context must have.</summary>
    public EncryptionContext RequiredContext { get; init; } = EncryptionContext.Empty;
}
