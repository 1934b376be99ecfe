namespace EnvelopeCrypto.Tests.Support;

/// <summary>
/// The machine's clock, the only one that tests may look at, where something else looks at it too: a tool that runs as a process,
/// a server, another library. The engine itself is given a <see cref="TestTime"/>; times of files are set relative to one another.
/// </summary>
internal static class WallClock
{
    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>Now, as formats that hold whole seconds write it.</summary>
    public static DateTimeOffset ThisSecond => DateTimeOffset.FromUnixTimeSeconds(Now.ToUnixTimeSeconds());
}
