using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Batches;

/// <summary>A file that is worked on.</summary>
/// <param name="Entry">The input.</param>
/// <param name="Output">Where its output goes; null when there is none.</param>
/// <param name="TwinOf">The input whose output differs only in case or normal form; null when there is none.</param>
/// <param name="Claim">Claims an output whose name is known only after the input was opened; throws DuplicateOutput.</param>
internal sealed record BatchItem(SourceEntry Entry, string? Output, string? TwinOf, Action<SourceEntry, string> Claim)
{
    /// <summary>Where the output goes: below the destination, or the folder that the input was found below, no link is followed.</summary>
    internal FilePlace? Target { get; init; }
}
