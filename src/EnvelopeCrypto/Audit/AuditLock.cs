using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Audit;

/// <summary>
/// One process at a time appends to a log. The lock is an empty file beside it, which stays: making and removing it for each line
/// would cost more than the line. The system frees it when its holder dies.
/// </summary>
internal static class AuditLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    public static string PathFor(string log) => log + ".lock";

    /// <exception cref="EnvelopeException">AuditLogUnusable: another holds it all the time, or what has its name is no lock.</exception>
    public static async ValueTask<FileStream> AcquireAsync(string log, TimeProvider time, CancellationToken cancellationToken)
    {
        var path = PathFor(log);
        var start = time.GetTimestamp();
        while (true)
        {
            if (FileStatus.Of(path, followLinks: false) is { } status && (status.Kind != FileKind.Regular || status.Length > 0))
                throw new EnvelopeException(EnvelopeError.AuditLogUnusable, $"'{path}' is in the way: it is no lock of an audit log.");
            if (TryOpen(path) is { } held)
                return held;
            if (time.GetElapsedTime(start) >= Patience)
                throw new EnvelopeException(EnvelopeError.AuditLogUnusable, "another process holds its lock and does not let go.");
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static FileStream? TryOpen(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new FileStream(path, options);
        }
        catch (IOException failure) when (DiskFailure.IsInUse(failure))
        {
            return null;
        }
    }
}
