using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Batches;

/// <summary>One directory's entries, read as they are asked for: a directory can have millions.</summary>
internal static class FolderListing
{
    private static readonly FileSystem Files = FileSystem.Default;

    /// <summary>The names in a directory. A failure to open or read it comes as the last entry.</summary>
    public static IEnumerable<Found> Read(FilePlace folder)
    {
        using var names = new Names(folder);
        while (names.Next() is { } found)
            yield return found;
    }

    /// <summary>An entry: its status, or why it has none.</summary>
    internal sealed record Found(string Path, FileStatus? Status, EnvelopeException? Failure)
    {
        public string Name => System.IO.Path.GetFileName(Path);

        public static Found At(Folder folder, FolderEntry entry)
        {
            var path = folder.PathOf(entry.Name);
            if (!entry.IsText)
                return new Found(path, null, NoText(path));
            try
            {
                return Files.Status(folder, entry.Name) is { } status ? new Found(path, status, null) : new Found(path, null, Gone(path));
            }
            catch (Exception failure) when (DiskFailure.Is(failure))
            {
                return new Found(path, null, DiskFailure.Reading(path, failure));
            }
        }

        /// <summary>The file that a link leads to; null when it leads nowhere.</summary>
        public FileStatus? Target()
        {
            try
            {
                return Files.StatusOf(Path);
            }
            catch (Exception failure) when (DiskFailure.Is(failure))
            {
                return null;
            }
        }

        public static EnvelopeException NoText(string path) =>
            new EnvelopeException(
                EnvelopeError.NameNotText,
                "its name has bytes that are not UTF-8, so it cannot be opened here; rename it first.").About(path);

        private static EnvelopeException Gone(string path) =>
            new EnvelopeException(EnvelopeError.SourceNotFound, "it vanished while its directory was read.").About(path);
    }

    // An iterator cannot yield inside a try that catches, so that reading stands here.
    private sealed class Names(FilePlace place) : IDisposable
    {
        private Folder? _folder;
        private IEnumerator<FolderEntry>? _names;
        private bool _ended;

        public Found? Next()
        {
            if (_ended)
                return null;
            try
            {
                _folder ??= place.OpenAsFolder(Files);
                _names ??= Files.List(_folder).GetEnumerator();
                if (_names.MoveNext())
                    return Found.At(_folder, _names.Current);
                _ended = true;
                return null;
            }
            catch (Exception failure) when (DiskFailure.Is(failure))
            {
                _ended = true;
                return new Found(place.Path, null, DiskFailure.Reading(place.Path, failure));
            }
        }

        public void Dispose()
        {
            _names?.Dispose();
            _folder?.Dispose();
        }
    }
}
