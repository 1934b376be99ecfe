using System.Collections.Concurrent;

namespace EnvelopeCrypto.Disk;

/// <summary>
/// Flushes the names of folders to the disk, each once in a run: a folder that was just made has its name in the one above it, which not
/// every file system writes with what is in it.
/// </summary>
internal sealed class FoldersAbove(FileSystem files)
{
    private readonly ConcurrentDictionary<string, bool> _flushed = new(StringComparer.Ordinal);

    /// <summary>Flushes all folders above one, up to the first that was flushed already, or that this user may not read: not one of ours.</summary>
    /// <exception cref="IOException">The disk did not take one.</exception>
    public void Flush(string path)
    {
        for (var above = Path.GetDirectoryName(path); above is not null && !_flushed.ContainsKey(above); above = Path.GetDirectoryName(above))
        {
            try
            {
                using var folder = files.OpenFolder(above);
                files.FlushFolder(folder);
            }
            catch (UnauthorizedAccessException)
            {
                return;
            }
            _flushed[above] = true;
        }
    }
}
