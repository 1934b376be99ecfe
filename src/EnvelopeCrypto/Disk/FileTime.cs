namespace EnvelopeCrypto.Disk;

/// <summary>A time of the file system: seconds since 1970, negative before, and nanoseconds within the second.</summary>
internal readonly record struct FileTime(long Seconds, int Nanoseconds)
{
    private const int NanosecondsPerTick = 100;

    /// <summary>Rounded down to the 100 nanoseconds that .NET knows; clamped to the years 1 to 9999.</summary>
    public DateTime ToUtc()
    {
        var seconds = Math.Clamp(Seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        return DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.AddTicks(Nanoseconds / NanosecondsPerTick);
    }

    public static FileTime From(DateTime utc)
    {
        var ticks = utc.Ticks - DateTime.UnixEpoch.Ticks;
        var (seconds, rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        return rest < 0
            ? new FileTime(seconds - 1, (int)(rest + TimeSpan.TicksPerSecond) * NanosecondsPerTick)
            : new FileTime(seconds, (int)rest * NanosecondsPerTick);
    }

    /// <summary>Whether it is later, to the 100 nanoseconds that a time keeps when .NET hands it on.</summary>
    public bool IsNewerThan(FileTime other) =>
        Seconds != other.Seconds ? Seconds > other.Seconds : Nanoseconds / NanosecondsPerTick > other.Nanoseconds / NanosecondsPerTick;
}
