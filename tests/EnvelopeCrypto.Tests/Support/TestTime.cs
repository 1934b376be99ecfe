namespace EnvelopeCrypto.Tests.Support;

/// <summary>A clock that stands still until a test moves it. It begins when the samples were made.</summary>
internal sealed class TestTime : TimeProvider
{
    private DateTimeOffset _now;

    public TestTime(DateTimeOffset? start = null) => _now = start ?? DateTimeOffset.FromUnixTimeSeconds(SampleRecipients.IssuedAt);

    public DateTimeOffset Now => _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public void Advance(TimeSpan by) => _now += by;
}
