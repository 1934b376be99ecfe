using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Audit;

/// <summary>
/// One process at a time appends to a log. The lock is an empty file beside it, which stays: making and removing it for each line
/// would cost more than the line. The system frees it when its holder dies.
/// </summary>
internal static class AuditLock
{
    private const string OffVariable = "DOTNET_SYSTEM_IO_DISABLEFILELOCKING";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    public static string PathFor(string log) => log + ".lock";

    /// <summary>Refuses to work without locks, which .NET can be told to do: two processes would write over each other's lines.</summary>
    /// <exception cref="EnvelopeException">AuditLogUnusable.</exception>
    public static void RequireLocks()
    {
        var isOff = Environment.GetEnvironmentVariable(OffVariable) is { } value
            ? value == "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase)
            : AppContext.TryGetSwitch("System.IO.DisableFileLocking", out var isSet) && isSet;
        if (isOff && !OperatingSystem.IsWindows())
        {
            throw new EnvelopeException(
                EnvelopeError.AuditLogUnusable,
                $"{OffVariable} turns off the locks of files, without which no log can be written; unset it.");
        }
    }

    /// <exception cref="EnvelopeException">AuditLogUnusable: another holds it all the time, or what has its name is no lock.</exception>
    public static async ValueTask<FileStream> AcquireAsync(
        string log, TimeProvider time, CancellationToken cancellationToken, FileSystem? files = null)
    {
        var path = PathFor(log);
        var start = time.GetTimestamp();
        while (true)
        {
            if (FileStatus.Of(path, followLinks: false) is { } status && (status.Kind != FileKind.Regular || status.Length > 0))
                throw new EnvelopeException(EnvelopeError.AuditLogUnusable, $"'{path}' is in the way: it is no lock of an audit log.");
            if (TryOpen(files ?? FileSystem.Default, path) is { } held)
            {
                if (IsHeld(held, log))
                    return held;
                await held.DisposeAsync();
            }
            if (time.GetElapsedTime(start) >= Patience)
                throw new EnvelopeException(EnvelopeError.AuditLogUnusable, "another process holds its lock and does not let go.");
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>
    /// Whether the name is still that of the lock which is held: somebody can remove the file, and another then holds his own.
    /// </summary>
    public static bool IsHeld(FileStream held, string log) =>
        !OperatingSystem.IsLinux() // Windows keeps the name of a file that is open; elsewhere we cannot tell a file from its successor
        || (FileStatus.Of(PathFor(log), followLinks: false) is { } named && named.IsSameFileAs(FileStatus.Of(held.SafeFileHandle, held.Name)));

    private static FileStream? TryOpen(FileSystem files, string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return files.OpenLock(path, options);
        }
        catch (IOException failure) when (DiskFailure.IsInUse(failure))
        {
            return null;
        }
    }
}
