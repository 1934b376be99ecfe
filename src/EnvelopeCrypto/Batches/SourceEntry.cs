using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Batches;

/// <summary>A file that was found, or something that was left out or failed on the way.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="RelativePath">Its path below its root.</param>
/// <param name="Length">Bytes, for the order of work.</param>
/// <param name="LeftOut">Why it is not an input; null for an input.</param>
/// <param name="Failure">Why it could not be looked at; else null.</param>
internal sealed record SourceEntry(string Path, string RelativePath, long Length, string? LeftOut = null, EnvelopeException? Failure = null)
{
    /// <summary>The path as the user would write it: relative when what was given is.</summary>
    public string Given { get; init; } = Path;

    /// <summary>
    /// The open folder that was named and that it was found below, where no link is followed; null when it was named itself.
    /// </summary>
    internal Folder? Root { get; init; }

    /// <summary>Where it is.</summary>
    internal FilePlace Place => new(Path, Root);

    /// <summary>The same, by the path as the user would write it.</summary>
    internal FilePlace GivenPlace => new(Given, Root);

    /// <summary>Whether it is a symbolic link that was left out.</summary>
    public bool IsLink { get; init; }

    /// <summary>Whether it is to be worked on.</summary>
    public bool IsInput => LeftOut is null && Failure is null;

    /// <summary>Its output: below a folder or one that is named; beside it where no destination is given.</summary>
    internal string OutputAt(string? destination, bool isFolder, Func<string, string> rename)
    {
        if (destination is null)
            return rename(Given);
        try
        {
            return isFolder ? rename(System.IO.Path.Combine(destination, RelativePath)) : destination;
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.DestinationRequired)
        {
            throw failure.OfFile(Given); // its own name gives none, not that of the place which it was to get
        }
    }

    internal static SourceEntry Skip(string path, string why) => new(path, path, 0, LeftOut: why);

    internal static SourceEntry Fail(EnvelopeException failure) => new(failure.Path ?? "", failure.Path ?? "", 0, Failure: failure);
}
