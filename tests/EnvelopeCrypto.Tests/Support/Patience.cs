using System.Diagnostics;

#pragma warning disable RS0030 // The one place that waits by the clock.

namespace EnvelopeCrypto.Tests.Support;

/// <summary>How long a test waits for what must come. Only what hangs takes as long: nothing is measured by it.</summary>
internal static class Patience
{
    public const int Milliseconds = 180_000;

    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(Milliseconds);

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(5);

    /// <summary>Asks again and again until it is so.</summary>
    public static void WaitUntil(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Limit, "It did not come to pass.");
            Thread.Sleep(Between);
        }
    }

    /// <summary>Does something over and over for a while, for what would show only later.</summary>
    public static void Repeat(TimeSpan time, Action action)
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < time; Thread.Sleep(Between))
            action();
    }

    /// <summary>Lets a moment pass that chance chose: not for waiting until something is so.</summary>
    public static void Pass(TimeSpan time) => Thread.Sleep(time);
}
