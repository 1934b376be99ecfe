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

    /// <exception cref="EnvelopeException">
    /// AuditLogUnusable: another holds it all the time, or what has its name is not a lock; LocksUnavailable.
    /// </exception>
    public static async ValueTask<FileLock> AcquireAsync(
        string log, TimeProvider time, CancellationToken cancellationToken, FileSystem? files = null)
    {
        try
        {
            return await FileLock.AcquireAsync(PathFor(log), Patience, time, cancellationToken, files, Pause, keepsName: true)
                ?? throw new EnvelopeException(EnvelopeError.AuditLogUnusable, "another process holds its lock and does not let go.");
        }
        catch (LockInTheWayException failure)
        {
            throw new EnvelopeException(
                EnvelopeError.AuditLogUnusable, $"'{PathFor(log)}' is in the way: it is not the lock of an audit log.", failure);
        }
    }
}
