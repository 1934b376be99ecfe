namespace EnvelopeCrypto.Files;

/// <summary>What an operation did with one file. A failure is an exception and no result.</summary>
public sealed record FileResult
{
    /// <summary>What became of it.</summary>
    public required FileOutcome Status { get; init; }

    /// <summary>The file that was worked on; <c>-</c> for a pipe.</summary>
    public required string SourcePath { get; init; }

    /// <summary>The file that exists now; null for a pipe and for a file that was skipped.</summary>
    public string? FullName { get; init; }

    /// <summary>Bytes of plaintext; null when not known.</summary>
    public long? Length { get; init; }

    /// <summary>The envelope's KEKs, in canonical form.</summary>
    public IReadOnlyList<string> Kek { get; init; } = [];

    /// <summary>
    /// Whether every recipient stays closed to a quantum computer, as far as is known; null where the recipients are not known, as of a
    /// preview.
    /// </summary>
    public bool? PostQuantum { get; init; }

    /// <summary>The KEK that opened it; null when none had to.</summary>
    public string? OpenedBy { get; init; }

    /// <summary>How its recipients were replaced; null when they were not.</summary>
    public RewrapMethod? Method { get; init; }

    /// <summary>
    /// The weakest proof among its new recipients and those that were there already for a KEK that was named as wanted; null when there
    /// are none.
    /// </summary>
    public RecipientProof? Proof { get; init; }

    /// <summary>The KEKs that can no longer open it.</summary>
    public IReadOnlyList<string> RemovedKek { get; init; } = [];

    /// <summary>Whether its data key may serve other files too.</summary>
    public bool SharedDataKey { get; init; }

    /// <summary>Whether the source was removed, after its output was proven.</summary>
    public bool SourceRemoved { get; init; }

    /// <summary>Whether nothing was done: the rest says what would be.</summary>
    public bool WhatIf { get; init; }

    /// <summary>Whether an output that exists would be replaced; known before anything is done, and so only of previews.</summary>
    public bool Replaces { get; init; }

    /// <summary>
    /// Whether a run that gives files new data keys left this one as it is, and nothing shows that an earlier run did it.
    /// </summary>
    internal bool IsNotRotated { get; init; }

    /// <summary>
    /// Whether an update left an envelope alone that is for other KEKs than those of the run; <see cref="Reason"/> names them.
    /// </summary>
    public bool OtherKeks { get; init; }

    /// <summary>
    /// Why it was skipped, in which KEKs it differs from the run's, or what is to be known of its other names (hard links); else null.
    /// </summary>
    public string? Reason { get; init; }
}
