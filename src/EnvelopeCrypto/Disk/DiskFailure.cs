namespace EnvelopeCrypto.Disk;

/// <summary>From what .NET throws about files to the engine's error ids.</summary>
internal static class DiskFailure
{
    // errno values and the low words of Windows error codes
    private const int NoSpaceUnix = 28;
    private const int TooLargeUnix = 27;
    private const int QuotaUnix = 122;
    private const int QuotaMac = 69;
    private const int WouldBlockLinux = 11;
    private const int WouldBlockMac = 35;
    private const int HandleDiskFull = 39;
    private const int DiskFullWindows = 112;
    private const int SharingViolation = 32;
    private const int LockViolation = 33;

    public static bool Is(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException;

    /// <summary>Whether there is an error id for it.</summary>
    public static bool IsKnown(Exception failure) => failure is EnvelopeException || Is(failure);

    /// <summary>What failed while <paramref name="path"/> was read, as the error that names a file.</summary>
    public static EnvelopeException WhileReading(string path, Exception failure) =>
        (failure as EnvelopeException)?.About(path) ?? Reading(path, failure);

    /// <summary>The same, while it was written.</summary>
    public static EnvelopeException WhileWriting(string path, Exception failure) =>
        (failure as EnvelopeException)?.About(path) ?? Writing(path, failure);

    /// <summary>A failure to find, open or read <paramref name="path"/>.</summary>
    public static EnvelopeException Reading(string path, Exception failure)
    {
        var (error, reason) = failure switch
        {
            LinkInTheWayException link => (EnvelopeError.LinkInTheWay, InTheWay(link)),
            UnusableNameException name => (EnvelopeError.NameUnusable, name.Reason),
            FileNotFoundException or DirectoryNotFoundException => (EnvelopeError.SourceNotFound, "no such file or folder."),
            PathTooLongException => (
                EnvelopeError.NameTooLong,
                "its path, or a name in it, is too long for this system; give it, or a folder above it, a shorter name."),
            UnauthorizedAccessException =>
                (EnvelopeError.SourceUnreadable, "access is denied; the file's owner or an administrator can read it."),
            IOException when IsGone(failure) => (EnvelopeError.SourceChanged, "it was replaced or removed while it was open."),
            IOException when IsInUse(failure) => (EnvelopeError.SourceInUse, "it is in use by another process."),
            _ => (EnvelopeError.SourceUnreadable, $"it cannot be read: {failure.Message}"),
        };
        return new EnvelopeException(error, reason, failure).About(path);
    }

    /// <summary>A failure to make, write or name <paramref name="path"/>.</summary>
    public static EnvelopeException Writing(string path, Exception failure)
    {
        var (error, reason) = failure switch
        {
            LinkInTheWayException link => (EnvelopeError.LinkInTheWay, InTheWay(link)),
            UnusableNameException name => (EnvelopeError.NameUnusable, name.Reason),
            PathTooLongException => (EnvelopeError.NameTooLong, "the path, or a name in it, is too long for this system."),
            UnauthorizedAccessException => (EnvelopeError.OutputFailed, "access to its folder is denied; nothing was written."),
            UnfinishedReplacementException => (EnvelopeError.OutputFailed, failure.Message), // with the temporary name
            DirectoryNotFoundException => (EnvelopeError.OutputFailed, "its folder does not exist."),
            FileNotFoundException => (EnvelopeError.OutputFailed, "no file can be created in its folder."),
            IOException when IsFull(failure) => (EnvelopeError.DiskFull, "the disk is full; no partial file was left."),
            IOException when IsInUse(failure) => (EnvelopeError.OutputFailed, "it is in use by another process."),
            _ when IsTooLarge(failure) =>
                (EnvelopeError.OutputFailed, "it would be larger than the file system, or this user's limit for files, allows."),
            _ => (EnvelopeError.OutputFailed, $"it cannot be written: {TemporaryFile.NamedAs(path, failure.Message)}"),
        };
        return new EnvelopeException(error, reason, failure).About(path);
    }

    /// <summary>A failure to flush the name of <paramref name="path"/>, which is there and whole.</summary>
    public static EnvelopeException Confirming(string path, Exception failure) => new EnvelopeException(
        EnvelopeError.OutputFailed,
        $"it was written and is there, but the disk does not confirm it, and a power cut could undo it: {failure.Message}",
        failure).About(path);

    /// <summary>
    /// Whether an open file is not there any more, as shares say where a disk would go on with it: another run has replaced it (FUSE:
    /// ENOENT; NFS: ESTALE).
    /// </summary>
    public static bool IsGone(Exception failure) => failure switch
    {
        EnvelopeException { InnerException: { } inner } => IsGone(inner),
        FileNotFoundException or DirectoryNotFoundException => false, // told of a name
        IOException => OperatingSystem.IsLinux() && failure.HResult is LinuxError.NoSuchEntry or LinuxError.StaleHandle,
        _ => false,
    };

    private static string InTheWay(LinkInTheWayException link) => $"'{link.Link}' is a symbolic link, which is not followed here.";

    private static bool IsFull(Exception failure) => OperatingSystem.IsWindows()
        ? (failure.HResult & 0xffff) is HandleDiskFull or DiskFullWindows
        : failure.HResult == NoSpaceUnix || failure.HResult == (OperatingSystem.IsLinux() ? QuotaUnix : QuotaMac);

    // .NET takes a file that is too large for an argument out of range.
    private static bool IsTooLarge(Exception failure) =>
        failure is ArgumentOutOfRangeException
            || (!OperatingSystem.IsWindows() && failure is IOException && failure.HResult == TooLargeUnix);

    public static bool IsInUse(Exception failure) => OperatingSystem.IsWindows()
        ? (failure.HResult & 0xffff) is SharingViolation or LockViolation
        : failure.HResult == (OperatingSystem.IsLinux() ? WouldBlockLinux : WouldBlockMac); // another holds the file's lock
}
