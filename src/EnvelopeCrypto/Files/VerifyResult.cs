namespace EnvelopeCrypto.Files;

/// <summary>What a verification found.</summary>
public sealed record VerifyResult
{
    /// <summary>The envelope; <c>-</c> for a pipe.</summary>
    public required string SourcePath { get; init; }

    /// <summary>Whether it decrypts, or, when only the header was asked for, whether a KEK opens it.</summary>
    public required bool Valid { get; init; }

    /// <summary>Why it is not valid; else null.</summary>
    public EnvelopeError? Error { get; init; }

    /// <summary>The same in words.</summary>
    public string? Reason { get; init; }

    /// <summary>Bytes of plaintext that were proven; null when none were.</summary>
    public long? Length { get; init; }

    /// <summary>The envelope's KEKs, in canonical form.</summary>
    public IReadOnlyList<string> Kek { get; init; } = [];

    /// <summary>
    /// Whether every recipient stays closed to a quantum computer, as far as is known; null when the header was not read.
    /// </summary>
    public bool? PostQuantum { get; init; }

    /// <summary>The KEK that opened it.</summary>
    public string? OpenedBy { get; init; }
}
