using EnvelopeCrypto.Disk;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Audit;

/// <summary>
/// The files of a log at one moment, though others may close one and begin the next meanwhile: the newest is opened before the closed
/// ones are listed, so that it can only be found twice and never be missed.
/// </summary>
internal sealed class AuditFileSet : IDisposable
{
    private const int Looks = 10;
    private readonly SafeFileHandle? _newest;

    private AuditFileSet(SafeFileHandle? newest, IReadOnlyList<string> paths)
    {
        _newest = newest;
        Paths = paths;
    }

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <param name="log">The log; or one of its closed files, which is then looked at alone.</param>
    /// <exception cref="EnvelopeException">SourceNotFound; SourceUnreadable; AuditLogUnusable.</exception>
    public static AuditFileSet Open(string log)
    {
        try
        {
            for (var looks = 1; ; looks++)
            {
                var newest = AuditFiles.TryOpen(log);
                var closed = AuditFiles.Closed(log);
                if (newest is null)
                {
                    return closed.Count > 0
                        ? new AuditFileSet(newest: null, closed)
                        : throw new FileNotFoundException("There is no such log.", log);
                }
                var at = IndexOf(newest, log, closed);
                if (at == closed.Count - 1)
                    return new AuditFileSet(newest, [.. closed.SkipLast(1), log]);
                // Several were closed since; or it is a link of somebody's, which must hide no file that stands after it.
                if (at < 0 || looks == Looks)
                    return new AuditFileSet(newest, [.. closed, log]);
                newest.Dispose();
            }
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Reading(log, failure);
        }
    }

    /// <summary>A file of the set; the caller disposes it, once.</summary>
    public SafeFileHandle OpenFile(int index) =>
        index == Paths.Count - 1 && _newest is not null ? _newest : AuditFiles.Open(Paths[index], FileAccess.Read);

    public void Dispose() => _newest?.Dispose();

    // Where the newest file stands among the closed ones, if it was closed since; -1 when it was not.
    private static int IndexOf(SafeFileHandle newest, string log, IReadOnlyList<string> closed)
    {
        var status = AuditFiles.Files.Status(newest, log);
        return closed.ToList().FindIndex(path => AuditFiles.Files.StatusOf(path) is { } other && other.IsSameFileAs(status));
    }
}
