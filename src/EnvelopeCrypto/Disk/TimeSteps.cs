using System.Collections.Concurrent;

namespace EnvelopeCrypto.Disk;

/// <summary>
/// What the file systems of a run make of the times that they are given, found by giving one to a temporary file: SFTP and ext3 keep
/// whole seconds, exFAT every other, some none.
/// </summary>
internal sealed class TimeSteps(FileSystem files)
{
    private const long Second = 1_000_000_000;
    private const long FirstOfFat = 315_532_800; // 1980-01-01
    private const long LargestOffset = 14 * 3600; // of a time zone

    /// <summary>In nanoseconds. A time between two steps is rounded down.</summary>
    public static IReadOnlyList<long> Known { get; } = [1, 100, 1_000, 1_000_000, 10_000_000, Second, 2 * Second];

    // An odd second, and a fraction that no step but the finest keeps: 2001-02-03 04:05:07.
    private static readonly FileTime Sample = new(981_173_107, 123_456_789);

    private readonly ConcurrentDictionary<ulong, long?> _steps = new();

    /// <summary>
    /// The step to which a folder's file system keeps times, in nanoseconds; null when it keeps none, or rounds as we do not know.
    /// </summary>
    /// <exception cref="IOException">No temporary file can be made there.</exception>
    public long? Of(Folder folder)
    {
        var volume = files.Status(folder, ".")?.Volume ?? 0;
        return _steps.GetOrAdd(volume, _ => StepOf(MakesOf(Sample, folder)));
    }

    /// <summary>What a folder's file system makes of a time; null where it takes none.</summary>
    /// <exception cref="IOException">No temporary file can be made there.</exception>
    public FileTime? MakesOf(FileTime time, Folder folder)
    {
        var probe = files.CreateTemporary(folder);
        try
        {
            files.SetModified(probe.Handle, time);
            files.Settle(probe.Handle);
            return files.Status(probe.Handle, folder.Path).Modified;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            files.Discard(probe);
        }
    }

    /// <summary>Whether two times are one, to the 100 nanoseconds that a time keeps when .NET hands it on.</summary>
    public static bool AreEqual(FileTime one, FileTime other) => Kept(one, 100) == Kept(other, 100);

    /// <summary>The time that is left of one where times are kept to a step.</summary>
    public static FileTime Kept(FileTime time, long step) => step < Second
        ? time with { Nanoseconds = (int)(time.Nanoseconds - (time.Nanoseconds % step)) }
        : new FileTime(time.Seconds - Modulo(time.Seconds, step / Second), 0);

    /// <summary>
    /// Whether a time is what some file systems make of one that they cannot hold: exFAT begins with 1980 (in local time), ext3 ends with
    /// 2038, and NTFS by FUSE rounds fractions before 1970 the wrong way. Others keep both, as two.
    /// </summary>
    public static bool IsLimit(FileTime kept, FileTime given) =>
        (given.Seconds < FirstOfFat && Math.Abs(kept.Seconds - FirstOfFat) <= LargestOffset)
        || (given.Seconds > int.MaxValue && kept.Seconds == int.MaxValue)
        || (given.Seconds < int.MinValue && kept.Seconds == int.MinValue)
        || (given is { Seconds: < 0, Nanoseconds: > 0 } && kept.Seconds - given.Seconds is 0 or 1);

    private static long? StepOf(FileTime? kept) =>
        Known.Where(step => Kept(Sample, step) == kept).Select(step => (long?)step).FirstOrDefault();

    // Before 1970 too, down.
    private static long Modulo(long value, long divisor) => ((value % divisor) + divisor) % divisor;
}
