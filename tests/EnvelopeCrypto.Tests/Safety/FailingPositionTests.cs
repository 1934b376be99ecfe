using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>
/// Every call of the engine to the file system fails once: for each work the first call, then the second, and so on until none is left.
/// Whatever call it is, nothing is lost, and the next run finishes the work and leaves nothing behind.
/// </summary>
public sealed class FailingPositionTests
{
    private const int OverQuota = 122;
    private const int NoAnswer = 5;
    private const int NoLocks = 37;
    private static readonly int NoSpace = FullDisk.Failure().HResult;

    public static TheoryData<SafetyWork, int, bool> Cases
    {
        get
        {
            var cases = new TheoryData<SafetyWork, int, bool>();
            foreach (var work in Enum.GetValues<SafetyWork>())
            {
                cases.Add(work, 0, true);
                cases.Add(work, 40_000, false);
            }
            return cases;
        }
    }

    public static TheoryData<SafetyWork> Works { get; } = [.. Enum.GetValues<SafetyWork>()];

    [Theory]
    [MemberData(nameof(Cases))]
    public Task One_call_fails(SafetyWork work, int length, bool named) => ForEachPositionAsync(work, length, named, number => count =>
        Fail(count == number, NoAnswer));

    [Theory]
    [MemberData(nameof(Cases))]
    public Task All_calls_fail_from_one_on(SafetyWork work, int length, bool named) =>
        ForEachPositionAsync(work, length, named, number => count =>
        Fail(count >= number, NoAnswer));

    [Theory]
    [MemberData(nameof(Works))]
    public Task Writes_are_torn(SafetyWork work) => ForEachPositionAsync(work, length: 40_000, named: true, number => count =>
        Fail(count == number, NoAnswer), torn: true);

    [Theory]
    [MemberData(nameof(Works))]
    public Task Disk_is_full_from_one_call_on(SafetyWork work) => ForEachPositionAsync(work, length: 40_000, named: true, number => count =>
        Fail(count >= number, NoSpace), torn: true, which: IsGrowth, says: EnvelopeError.DiskFull);

    [Theory]
    [MemberData(nameof(Works))]
    public Task Quota_is_used_up_from_one_call_on(SafetyWork work) =>
        ForEachPositionAsync(work, length: 40_000, named: true, number => count =>
        Fail(count >= number, OverQuota), torn: true, which: IsGrowth, says: OperatingSystem.IsLinux() ? EnvelopeError.DiskFull : EnvelopeError.OutputFailed);

    [Theory]
    [MemberData(nameof(Works))]
    public Task Permission_is_lost_in_the_middle(SafetyWork work) =>
        ForEachPositionAsync(work, length: 40_000, named: true, number => count =>
    {
        if (count >= number)
            throw new UnauthorizedAccessException();
    });

    // A share tells of a full or lost disk only at flush or close, and each of these is looked at.
    [Theory]
    [MemberData(nameof(Works))]
    public Task Flush_or_close_of_a_share_fails(SafetyWork work) => ForEachPositionAsync(work, length: 40_000, named: true, number => count =>
        Fail(count == number, NoAnswer), which: call => call is "Flush" or "FlushStores" or "Settle" or "FlushFolder", late: true);

    [Theory]
    [MemberData(nameof(Works))]
    public Task Share_is_full_and_says_so_at_flush_or_close(SafetyWork work) => ForEachPositionAsync(work, length: 40_000, named: true, number => count =>
        Fail(count >= number, NoSpace), which: call => call is "Flush" or "FlushStores" or "Settle", late: true);

    // The others give a new name or replace a file that is not an envelope, which takes one step and no lock.
    [Theory]
    [InlineData(SafetyWork.ProtectOverAnOlderEnvelope)]
    [InlineData(SafetyWork.RewrapInPlace)]
    [InlineData(SafetyWork.RewrapBeside)]
    [InlineData(SafetyWork.RotateDataKey)]
    [InlineData(SafetyWork.ProtectAndRemove)]
    [InlineData(SafetyWork.UnprotectAndRemove)]
    public Task Lock_is_refused(SafetyWork work) => ForEachPositionAsync(work, length: 0, named: true, number => count =>
        Fail(count == number, NoLocks), which: call => call == "TryLock");

    // The large file is worked on by several threads, which must all stop.
    [Theory]
    [InlineData(SafetyWork.Protect)]
    [InlineData(SafetyWork.RotateDataKey)]
    [InlineData(SafetyWork.UnprotectAndRemove)]
    public Task Large_file_fails_at_any_call(SafetyWork work) =>
        ForEachPositionAsync(work, length: 1_100_000, named: true, number => count =>
        Fail(count == number, NoAnswer));

    private static bool IsGrowth(string call) => call is "Write" or "Reserve" or "CreateTemporary" or "OpenLock";

    private static void Fail(bool now, int error)
    {
        if (now)
            throw new IOException("The device does not do it.", error);
    }

    private static async Task ForEachPositionAsync(
        SafetyWork work, int length, bool named, Func<int, Action<int>> failing, bool torn = false, Func<string, bool>? which = null, EnvelopeError? says = null, bool late = false)
    {
        using var scene = new SafetyScene(work);
        for (var number = 1; ; number++)
        {
            await scene.PrepareAsync(length);
            var (calls, fail) = (0, failing(number));
            var files = new ScriptedFileSystem
            {
                Named = named,
                Torn = torn,
                Late = late,
                Before = (call, _) =>
                {
                    if (which?.Invoke(call) != false)
                        fail(Interlocked.Increment(ref calls));
                },
            };
            try
            {
                await scene.RunAsync(files);
            }
            catch (EnvelopeException failure)
            {
                Assert.NotNull(failure.Path);
                if (says is { } error && failure.Error != EnvelopeError.SourceKept)
                    Assert.Equal(error, failure.Error);
            }
            await scene.RequireNothingLostAsync();
            await scene.RequireNextRunFinishesAsync();
            if (calls < number)
            {
                Assert.True(number > (which is null ? 2 : 1), "Fewer calls failed than the work has.");
                return;
            }
        }
    }
}
