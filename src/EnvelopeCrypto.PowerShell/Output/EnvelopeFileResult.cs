using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// What became of a file. No property is called Path: it would bind to the next cmdlet as a wildcard, and lose files with brackets in
/// their names. <see cref="PSPath"/> binds letter by letter.
/// </summary>
public sealed class EnvelopeFileResult
{
    internal EnvelopeFileResult(FileResult result)
    {
        Status = result.Status;
        FullName = result.Status == FileOutcome.Skipped ? null : result.FullName;
        SourcePath = result.SourcePath;
        Length = result.Length;
        Kek = new KekNames(result.Kek);
        PostQuantum = result.PostQuantum;
        OpenedBy = result.OpenedBy;
        Method = result.Method;
        Proof = result.Proof;
        RemovedKek = new KekNames(result.RemovedKek);
        SharedDataKey = result.SharedDataKey;
        SourceRemoved = result.SourceRemoved;
        Reason = result.Reason;
    }

    /// <summary>Protected, Unprotected, Rewrapped, Repaired, Unchanged or Skipped.</summary>
    public FileOutcome Status { get; }

    /// <summary>The file that exists now; null when it was skipped.</summary>
    public string? FullName { get; }

    /// <summary>The same as a path that other cmdlets take letter by letter.</summary>
    public string? PSPath => FullName is null ? null : ProviderPath.Of(FullName);

    /// <summary>The file that was worked on.</summary>
    public string SourcePath { get; }

    /// <summary>Bytes of plaintext.</summary>
    public long? Length { get; }

    /// <summary>The envelope's KEKs.</summary>
    public KekNames Kek { get; }

    /// <summary>Whether every recipient stays closed to a quantum computer, as far as is known; null where they are not known.</summary>
    public bool? PostQuantum { get; }

    /// <summary>The KEK that opened it.</summary>
    public string? OpenedBy { get; }

    /// <summary>How its recipients were replaced.</summary>
    public RewrapMethod? Method { get; }

    /// <summary>The weakest proof among its new recipients.</summary>
    public RecipientProof? Proof { get; }

    /// <summary>The KEKs that can no longer open it.</summary>
    public KekNames RemovedKek { get; }

    /// <summary>Whether its data key may serve other files too.</summary>
    public bool SharedDataKey { get; }

    /// <summary>Whether the source was removed, after the output was proven.</summary>
    public bool SourceRemoved { get; }

    /// <summary>
    /// Why it was skipped, in which KEKs an envelope that was left alone differs from the run's, or what is to be known of its other names
    /// (hard links).
    /// </summary>
    public string? Reason { get; }
}
