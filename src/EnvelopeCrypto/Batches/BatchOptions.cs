namespace EnvelopeCrypto.Batches;

/// <summary>How a run works on many files.</summary>
public sealed record BatchOptions
{
    /// <summary>How many files are worked on at once.</summary>
    public int ThrottleLimit { get; init; } = Environment.ProcessorCount;

    /// <summary>The output of an input; null for work that writes none. Throws when no name follows.</summary>
    public Func<SourceEntry, string>? OutputFor { get; init; }

    /// <summary>Whether a file that is there is an input of this run, and so no output; null when nobody knows.</summary>
    public Func<string, bool>? IsInput { get; init; }

    /// <summary>Whether the outputs' folders are made when they are not there.</summary>
    public bool CreateFolders { get; init; }

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
