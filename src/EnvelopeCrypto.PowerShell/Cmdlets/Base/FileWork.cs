using EnvelopeCrypto.Batches;

namespace EnvelopeCrypto.PowerShell;

/// <summary>What a cmdlet does with its files: which of them it takes, the work on one, and what becomes of a result.</summary>
/// <typeparam name="TResult">What the work on one file gives.</typeparam>
internal sealed record FileWork<TResult>
    where TResult : class
{
    /// <summary>The work on one file, on a worker's thread.</summary>
    public required Func<BatchItem, CancellationToken, Task<TResult>> WorkAsync { get; init; }

    /// <summary>Writes a result, on the pipeline's thread.</summary>
    public required Action<TResult> Write { get; init; }

    /// <summary>Writes what is to be seen of a file that was not tried, beside the one error for all of them; null for nothing.</summary>
    public Action<string, EnvelopeException>? WriteNotTried { get; init; }

    /// <summary>Asks whether an input is to be worked on.</summary>
    public Func<SourceEntry, bool> Wanted { get; init; } = _ => true;

    /// <summary>What -WhatIf says of a file whose result would be this.</summary>
    public Func<TResult, string> Preview { get; init; } = _ => "Read";

    /// <summary>Which files, as far as the work itself says: envelopes, unless it makes them.</summary>
    public SourceSelection Selection { get; init; } = new() { EnvelopesOnly = true, TakesEnvelopes = true, MayReplace = false };

    /// <summary>How: what the work itself says of it.</summary>
    public BatchOptions Batch { get; init; } = new();

    /// <summary>
    /// Whether a pipeline that brings nothing is as good as done; not where it would be a backup, a restore or a proof of nothing.
    /// </summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>How often each byte is read.</summary>
    public int Passes { get; init; } = 1;
}
