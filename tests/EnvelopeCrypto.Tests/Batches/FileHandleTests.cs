using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>Counts the handles of the process, so nothing may run beside it.</summary>
[Collection(nameof(OutputClaimsMemoryTests))]
public sealed class FileHandleTests : IDisposable
{
    private readonly TreeBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Runs_leave_no_handle_open()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self/fd"), "It needs /proc.");
        for (var i = 0; i < 200; i++)
            _bench.Write($"t/{i % 10}/{i}.txt");
        GoThrough(); // what the runtime opens once, it opens now
        var before = Count();
        GoThrough();
        Assert.InRange(Count(), 0, before + 10);
    }

    // Half of it fails: outputs that exist, envelopes that are none.
    private void GoThrough()
    {
        _bench.Protect(_bench["t"], _bench["vault"], TreeBench.ProtectOptions() with { Force = true })
            .AllBecame(FileOutcome.Protected, 200);
        Assert.All(_bench.Protect(_bench["t"], _bench["vault"]), outcome => outcome.FailedAs(EnvelopeError.DestinationExists));
        for (var i = 0; i < 100; i++)
            File.WriteAllText(_bench[$"vault/{i % 10}/{i}.txt.evc"], "no envelope");
        Assert.Equal(100, _bench.Unprotect(_bench["vault"], _bench["back"], new UnprotectOptions { Force = true }).Count(outcome => outcome.Failure is not null));
        Assert.Equal(100, _bench.Rewrap(_bench["vault"], TreeBench.Kek).Count(outcome => outcome.Failure is not null));
    }

    private static int Count() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
