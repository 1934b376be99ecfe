using System.Security.Cryptography;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>
/// Slows a client down after its service throttled it, all its calls alike, and lets it go faster as they succeed. The SDK's adaptive
/// mode is not used: throttled once, a client that had made few calls waits half a minute in it, and then fails without another attempt.
/// </summary>
internal sealed class SdkPace
{
    private const int FirstPause = 100;
    private const int LongestPause = 5000;

    // Milliseconds before each call.
    private int _pause;

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var pause = Volatile.Read(ref _pause);
        if (pause > 0)
            await Task.Delay(RandomNumberGenerator.GetInt32(pause / 2, pause + 1), cancellationToken);
    }

    public void SlowDown() => Change(pause => Math.Clamp(pause * 2, FirstPause, LongestPause));

    public void SpeedUp()
    {
        if (Volatile.Read(ref _pause) > 0)
            Change(pause => pause < FirstPause ? 0 : pause * 3 / 4);
    }

    // Another thread's change in between may be lost: it is a pace, not an account.
    private void Change(Func<int, int> next) => Volatile.Write(ref _pause, next(Volatile.Read(ref _pause)));
}
