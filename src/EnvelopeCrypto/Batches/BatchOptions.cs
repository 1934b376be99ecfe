namespace EnvelopeCrypto.Batches;

/// <summary>How a run works on many files.</summary>
internal sealed record BatchOptions
{
    /// <summary>How many files are worked on at once.</summary>
    public int ThrottleLimit { get; init; } = Environment.ProcessorCount;

    /// <summary>The output of an input; null for work that writes none. Throws when no name follows.</summary>
    public Func<SourceEntry, string>? OutputFor { get; init; }

    /// <summary>Whether a file that is there is an input of this run, and so no output; null when no one knows.</summary>
    public Func<string, bool>? IsInput { get; init; }

    /// <summary>
    /// The folder that outputs go below, which is made when it is missing, as those below it are; null when there is none.
    /// </summary>
    public string? Destination { get; init; }

    /// <summary>The mode of folders that are made; null for what the umask leaves.</summary>
    public UnixFileMode? FolderMode { get; init; }

    /// <summary>
    /// Whether inputs come one by one, so that a file which a run seems to have left can be named still: then such files go last.
    /// </summary>
    public bool CleansLast { get; init; }

    /// <summary>Nothing is to be changed: no folder is made, no temporary file removed.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether inputs are removed, so that temporary files of a dead run can be in their folders too.</summary>
    public bool RemovesSources { get; init; }

    /// <summary>Runs once, before the first file: opens the KEKs. When it throws, that file fails and no other is tried.</summary>
    public Func<CancellationToken, ValueTask>? Prepare { get; init; }

    /// <summary>
    /// Called now and then, and when it is asked for, by the thread that offers and takes, while it waits for the
    /// work; may throw to end the run.
    /// </summary>
    public Action? Waiting { get; init; }

    /// <summary>Hears of temporary files of a dead run that were removed.</summary>
    public Action<string>? Cleaned { get; init; }
}
