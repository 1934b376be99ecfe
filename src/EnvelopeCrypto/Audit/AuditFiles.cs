using System.Globalization;
using EnvelopeCrypto.Disk;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Audit;

/// <summary>
/// The files of a log. The one that is written has the log's name; a closed one has it too, and after a dot the number of its last
/// line in 16 digits, so that names sort as the files follow each other.
/// </summary>
internal static class AuditFiles
{
    private const int Digits = 16;
    internal static readonly FileSystem Files = FileSystem.Default;

    public static string ClosedName(string log, long count) => string.Create(CultureInfo.InvariantCulture, $"{log}.{count:D16}");

    /// <summary>The number in a closed file's name.</summary>
    public static long CountOf(string closed) =>
        long.Parse(closed.AsSpan(closed.Length - Digits), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Whether a name is that of a closed file with so many lines, of a log that may have had another name.</summary>
    public static bool IsClosedName(string name, long count) => name.EndsWith(ClosedName("", count), StringComparison.Ordinal);

    /// <summary>The closed files, the oldest first.</summary>
    public static IReadOnlyList<string> Closed(string log)
    {
        var name = Path.GetFileName(log);
        using var folder = Files.OpenFolder(Path.GetDirectoryName(log)!);
        return [.. Files.List(folder).Select(entry => entry.Name)
            .Where(found => found.Length == name.Length + 1 + Digits
                && found.StartsWith(name + ".", StringComparison.Ordinal)
                && !found.AsSpan(name.Length + 1).ContainsAnyExceptInRange('0', '9'))
            .Order(StringComparer.Ordinal)
            .Select(folder.PathOf)];
    }

    /// <summary>What has the name itself, be it a link; null for nothing.</summary>
    public static FileStatus? StatusOf(string path)
    {
        var place = new FilePlace(path);
        try
        {
            using var folder = place.OpenFolder(Files);
            return Files.Status(folder, place.Name);
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Opens a file of a log to read it, or to append to it.</summary>
    /// <exception cref="EnvelopeException">AuditLogUnusable for a link, pipe, device or folder.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle Open(string path, FileAccess access)
    {
        var place = new FilePlace(path);
        using var folder = place.OpenFolder(Files);
        RequireFile(Files.Status(folder, place.Name), path);
        var file = access == FileAccess.Read ? Files.OpenRead(folder, place.Name) : Files.OpenShared(folder, place.Name);
        try
        {
            // What the name stood for can have been exchanged in between.
            RequireFile(Files.Status(file, path), path);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Gives the log the name of a closed one, which must be free.</summary>
    /// <exception cref="IOException">The name is taken.</exception>
    public static void Close(string log, string closed)
    {
        using var folder = Files.OpenFolder(Path.GetDirectoryName(log)!);
        if (!Files.Rename(folder, Path.GetFileName(log), Path.GetFileName(closed), replace: false))
            throw new IOException($"'{closed}' exists already.");
    }

    /// <summary>The same to read; null when no file has the name, as for a moment between closing one and beginning the next.</summary>
    public static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return StatusOf(path) is null ? null : Open(path, FileAccess.Read);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>That a name is free, or a file's own: anyone who may make links could have lines appended to another file.</summary>
    /// <exception cref="EnvelopeException">AuditLogUnusable.</exception>
    public static void RequireFile(FileStatus? status, string path)
    {
        if (status is { Kind: not FileKind.Regular } other)
        {
            var what = other.Kind switch
            {
                FileKind.SymbolicLink => "a symbolic link",
                FileKind.Folder => "a folder",
                _ => "a pipe, socket or device",
            };
            throw new EnvelopeException(EnvelopeError.AuditLogUnusable, $"it is {what}; an audit log is a file of its own.").About(path);
        }
    }
}
