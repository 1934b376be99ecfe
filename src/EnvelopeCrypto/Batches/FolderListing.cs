using System.IO.Enumeration;
using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Batches;

/// <summary>One directory's entries, read as they are asked for: a directory can have millions.</summary>
internal static class FolderListing
{
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = default,
        IgnoreInaccessible = false,
        ReturnSpecialDirectories = false,
    };

    /// <summary>The names in a directory. A failure to open or read it comes as the last entry.</summary>
    public static IEnumerable<Found> Read(string folder)
    {
        using var names = new Names(folder);
        while (names.Next() is { } found)
            yield return found;
    }

    /// <summary>An entry: its status, or why it has none.</summary>
    internal sealed record Found(string Path, FileStatus? Status, EnvelopeException? Failure)
    {
        public string Name => System.IO.Path.GetFileName(Path);

        public static Found At(string path)
        {
            try
            {
                // A name that is not there after all has bytes that are no text: .NET cannot say it.
                return FileStatus.Of(path, followLinks: false) is { } status
                    ? new Found(path, status, null)
                    : new Found(path, null, Gone(path));
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
                return FileStatus.Of(Path);
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

        private static EnvelopeException Gone(string path) => path.Contains('\ufffd', StringComparison.Ordinal)
            ? NoText(path)
            : new EnvelopeException(EnvelopeError.SourceNotFound, "it vanished while its directory was read.").About(path);
    }

    // An iterator cannot yield inside a try that catches, so that reading stands here.
    private sealed class Names(string folder) : IDisposable
    {
        private IEnumerator<string>? _names;
        private readonly HashSet<string> _replaced = new(StringComparer.Ordinal);
        private bool _ended;

        public Found? Next()
        {
            if (_ended)
                return null;
            try
            {
                // Not entry.ToFullPath(), which is empty when the path is longer than the system takes.
                _names ??= new FileSystemEnumerable<string>(
                    folder, (ref FileSystemEntry entry) => Path.Join(entry.Directory, entry.FileName), Everything).GetEnumerator();
                if (_names.MoveNext())
                {
                    return IsSecond(_names.Current)
                        ? new Found(_names.Current, null, Found.NoText(_names.Current))
                        : Found.At(_names.Current);
                }
                _ended = true;
                return null;
            }
            catch (Exception failure) when (DiskFailure.Is(failure))
            {
                _ended = true;
                return new Found(folder, null, DiskFailure.Reading(folder, failure));
            }
        }

        public void Dispose() => _names?.Dispose();

        // Bytes that are no text come as U+FFFD, and so does that character itself: of two entries that look the same, .NET opens one.
        private bool IsSecond(string path) => Path.GetFileName(path.AsSpan()).Contains('\ufffd') && !_replaced.Add(path);
    }
}
