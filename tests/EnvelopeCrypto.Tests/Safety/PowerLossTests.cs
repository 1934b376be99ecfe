namespace EnvelopeCrypto.Tests.Safety;

/// <summary>
/// The power fails before each call in turn, and what was not flushed is dropped, torn, or there too early. Nothing is lost, and the
/// next run finishes the work.
/// </summary>
public sealed class PowerLossTests
{
    public static TheoryData<SafetyWork, bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<SafetyWork, bool, bool>();
            foreach (var work in Enum.GetValues<SafetyWork>())
            {
                foreach (var (isLong, torn) in new[] { (false, false), (false, true), (true, false) })
                    cases.Add(work, isLong, torn);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Power_fails_at_any_call(SafetyWork work, bool isLong, bool torn)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It tells files apart by their inodes.");
        using var scene = new SafetyScene(work);
        foreach (var names in Enum.GetValues<PowerLossFileSystem.Names>())
        {
            for (var number = 1; ; number++)
            {
                await scene.PrepareAsync(isLong ? 40_000 : 10);
                var files = new PowerLossFileSystem(scene.Folder, number, names, torn);
                files.Start();
                try
                {
                    await scene.RunAsync(files);
                }
                catch (EnvelopeException)
                {
                    // What it says is of no use to anybody.
                }
                files.Reboot();
                await scene.RequireNothingLostAsync(powerFailed: true);
                await scene.RequireNextRunFinishesAsync();
                if (files.Calls < number)
                    break;
            }
        }
    }
}
