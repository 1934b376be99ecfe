namespace EnvelopeCrypto.Disk;

/// <summary>
/// Flushes the names of folders to the disk, each once in a run: a folder that was just made has its name in the one above it, which not
/// every file system writes with what is in it. For several threads at once.
/// </summary>
internal sealed class FoldersAbove(FileSystem files)
{
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);

    /// <summary>Flushes all folders above one, but those that this user may not read: they are not ours.</summary>
    /// <exception cref="IOException">The disk did not take one. The next call tries them all again.</exception>
    public void Flush(string path)
    {
        var chain = new List<string>();
        lock (_done)
        {
            for (var above = Path.GetDirectoryName(path); above is not null && !_done.Contains(above); above = Path.GetDirectoryName(above))
            {
                FlushOne(above);
                chain.Add(above);
            }
            _done.UnionWith(chain); // a folder counts with all above it
        }
    }

    private void FlushOne(string path)
    {
        try
        {
            using var folder = files.OpenFolder(path);
            files.FlushFolder(folder);
        }
        catch (UnauthorizedAccessException)
        {
            // It was not made by this user.
        }
    }
}
