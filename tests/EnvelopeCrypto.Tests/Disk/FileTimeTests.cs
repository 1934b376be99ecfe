using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Tests.Disk;

public class FileTimeTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 100)]
    [InlineData(-1, -1, 999_999_900)]
    [InlineData(-10_000_000, -1, 0)]
    [InlineData(-10_000_001, -2, 999_999_900)]
    [InlineData(17_000_000_001_234_567, 1_700_000_000, 123_456_700)]
    public void Ticks_before_and_after_1970_become_seconds_and_what_is_over(long ticks, long seconds, int nanoseconds)
    {
        var utc = DateTime.UnixEpoch.AddTicks(ticks);
        Assert.Equal(new FileTime(seconds, nanoseconds), FileTime.From(utc));
        Assert.Equal(utc, FileTime.From(utc).ToUtc());
        Assert.Equal(DateTimeKind.Utc, FileTime.From(utc).ToUtc().Kind);
    }

    [Fact]
    public void What_is_finer_than_a_tick_is_rounded_down()
    {
        Assert.Equal(DateTime.UnixEpoch.AddTicks(1), new FileTime(0, 199).ToUtc());
        Assert.Equal(DateTime.UnixEpoch.AddTicks(-1), new FileTime(-1, 999_999_999).ToUtc());
    }

    [Fact]
    public void Ends_of_the_calendar_stand()
    {
        foreach (var end in new[] { DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc), DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc) })
            Assert.Equal(end, FileTime.From(end).ToUtc());
        Assert.Equal(1, new FileTime(long.MinValue, 0).ToUtc().Year);
        Assert.Equal(9999, new FileTime(long.MaxValue, 999_999_999).ToUtc().Year);
    }

    [Fact]
    public void Order_is_that_of_time()
    {
        FileTime[] times = [new(-2, 0), new(-1, 0), new(-1, 999_999_900), new(0, 0), new(0, 100), new(1, 0)];
        for (var i = 0; i < times.Length; i++)
        {
            for (var j = 0; j < times.Length; j++)
                Assert.Equal(i > j, times[i].IsNewerThan(times[j]));
        }
    }
}
