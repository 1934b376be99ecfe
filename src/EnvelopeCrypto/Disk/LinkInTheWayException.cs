namespace EnvelopeCrypto.Disk;

/// <summary>Below a folder that was named, a link stands where a folder or file should: it is not followed.</summary>
internal sealed class LinkInTheWayException(string path)
    : IOException($"'{path}' is a symbolic link, which is not followed here.")
{
    /// <summary>The link.</summary>
    public string Link { get; } = path;
}
