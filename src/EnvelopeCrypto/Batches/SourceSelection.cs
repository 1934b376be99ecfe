namespace EnvelopeCrypto.Batches;

/// <summary>Which files of the given paths are meant.</summary>
internal sealed record SourceSelection
{
    /// <summary>Take what is in directories, at any depth.</summary>
    public bool Recurse { get; init; }

    /// <summary>The folder below which the tree is kept; null: it follows from each path.</summary>
    public string? Root { get; init; }

    /// <summary>
    /// Whether paths come through a pipeline: without recursion its directories are left out, where a named one is an error.
    /// </summary>
    public bool FromPipeline { get; init; }

    /// <summary>
    /// Only files whose name, or path below the root where a pattern has a separator, matches one of these; empty for all. PowerShell's
    /// wildcard words (about_Wildcards), without regard to case.
    /// </summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>No file or directory that matches one of these.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Follow symbolic links that are met in a tree.</summary>
    public bool FollowSymlink { get; init; }

    /// <summary>
    /// Whether sources are removed. Links that a pattern matches are not followed then: their owner would decide which files go.
    /// </summary>
    public bool RemovesSources { get; init; }

    /// <summary>A pattern that nothing matches is not an error.</summary>
    public bool AllowEmpty { get; init; }

    /// <summary>The destination folder, whose content is not an input; null when there is none.</summary>
    public string? Destination { get; init; }

    /// <summary>Whether envelopes are inputs of this work too: all but protecting without nesting.</summary>
    public bool TakesEnvelopes { get; init; }

    /// <summary>Leave files out that are no envelopes, when they are met in a tree.</summary>
    public bool EnvelopesOnly { get; init; }

    /// <summary>Whether outputs that exist are replaced.</summary>
    public bool MayReplace { get; init; } = true;
}
