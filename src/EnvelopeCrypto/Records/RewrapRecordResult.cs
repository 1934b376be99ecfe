using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Records;

/// <summary>What became of a token.</summary>
public sealed record RewrapRecordResult
{
    /// <summary>The token to store from now on.</summary>
    public required string Token { get; init; }

    /// <summary>False when it had the right recipients already, and is as it was.</summary>
    public required bool IsChanged { get; init; }

    /// <summary>The KEKs that open it, in canonical form.</summary>
    public required IReadOnlyList<string> Kek { get; init; }

    /// <summary>How its recipients were replaced; null when they were not.</summary>
    public RewrapMethod? Method { get; init; }

    /// <summary>The weakest proof among its new recipients.</summary>
    public RecipientProof? Proof { get; init; }

    /// <summary>The KEKs that can no longer open it.</summary>
    public IReadOnlyList<string> RemovedKek { get; init; } = [];
}
