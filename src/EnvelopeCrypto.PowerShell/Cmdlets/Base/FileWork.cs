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

    /// <summary>Opens the KEKs, once, before the first file.</summary>
    public Func<CancellationToken, ValueTask>? Prepare { get; init; }

    /// <summary>Asks whether an input is to be worked on.</summary>
    public Func<SourceEntry, bool> Wanted { get; init; } = _ => true;

    /// <summary>What -WhatIf says of a file whose result would be this.</summary>
    public Func<TResult, string> Preview { get; init; } = _ => "Read";

    /// <summary>The folder below which the tree is kept; null: it follows from each path.</summary>
    public string? Root { get; init; }

    /// <summary>The destination folder; null when there is none.</summary>
    public string? Destination { get; init; }

    /// <summary>The output of an input; null for work that writes none.</summary>
    public Func<SourceEntry, string>? OutputFor { get; init; }

    /// <summary>Whether files that are no envelopes are left out of trees.</summary>
    public bool EnvelopesOnly { get; init; } = true;

    /// <summary>Whether envelopes are inputs too: for all but protecting without nesting.</summary>
    public bool TakesEnvelopes { get; init; } = true;

    /// <summary>Whether outputs that exist are replaced.</summary>
    public bool MayReplace { get; init; }

    /// <summary>Whether the work changes nothing on disk.</summary>
    public bool ReadsOnly { get; init; }

    /// <summary>Whether inputs are removed, so that temporary files of a dead run can be in their folders too.</summary>
    public bool RemovesSources { get; init; }

    /// <summary>
    /// Whether a pipeline that brings nothing is as good as done; not where it would be a backup, a restore or a proof of nothing.
    /// </summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>How often each byte is read.</summary>
    public int Passes { get; init; } = 1;

    /// <summary>The mode of folders that are made; null for what the umask leaves.</summary>
    public UnixFileMode? FolderMode { get; init; }
}
