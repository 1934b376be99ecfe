using EnvelopeCrypto.Disk;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>The status of a file by its path, as tests have it.</summary>
internal static class FileStatusOfPath
{
    /// <summary>A file's Unix mode, links followed; null where there are none.</summary>
    public static UnixFileMode? ModeOf(string path) => FileSystem.Default.StatusOf(path)?.Mode;

    extension(FileStatus)
    {
        /// <summary>Null when nothing stands there. Follows symbolic links when asked.</summary>
        public static FileStatus? Of(string path, bool followLinks = true)
        {
            var place = new FilePlace(path);
            if (followLinks)
                return FileSystem.Default.StatusOf(place);
            using var folder = place.OpenFolder(FileSystem.Default);
            return FileSystem.Default.Status(folder, place.Name);
        }

        public static FileStatus Of(SafeFileHandle file, string path) => FileSystem.Default.Status(file, path);
    }
}
