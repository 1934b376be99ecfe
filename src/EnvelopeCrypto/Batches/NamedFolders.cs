using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Batches;

/// <summary>
/// The folders that were named. Each stays open while files below it are worked on, so that nothing that takes its name leads elsewhere.
/// Windows lets no one rename or remove an open folder, so the end of the run closes them all.
/// </summary>
internal sealed class NamedFolders : IDisposable
{
    // A pipe can bring very many, and most are done with, and closed by the runtime, long before the end.
    private readonly List<WeakReference<Folder>> _opened = [];
    private Folder? _last;

    /// <param name="path">The folder's full path.</param>
    public (Folder? Named, EnvelopeException? Failure) Open(string path)
    {
        if (_last?.Path == path)
            return (_last, null);
        try
        {
            _last = FileSystem.Default.OpenFolder(path);
            _opened.Add(new WeakReference<Folder>(_last));
            return (_last, null);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            return (null, DiskFailure.Reading(path, failure));
        }
    }

    public void Dispose()
    {
        _last = null;
        foreach (var opened in _opened)
        {
            if (opened.TryGetTarget(out var folder))
                folder.Dispose();
        }
        _opened.Clear();
    }
}
