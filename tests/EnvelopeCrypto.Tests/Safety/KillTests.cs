using System.Globalization;
using EnvelopeCrypto.Tests.Cli;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>
/// The tool is killed, as by <c>kill -9</c>, at a random moment of each kind of work. Nothing is lost, and the next run finishes the work
/// and leaves nothing behind. 60 times; <c>ENVELOPECRYPTO_TEST_KILLS</c> sets another number.
/// </summary>
public sealed class KillTests
{
    private const int UsualKills = 60;
    private const int Files = 24;
    private const int MostDelay = 50; // ms; by then many runs are over
    private const int MostStart = 400; // ms; by then most have begun

    private static readonly int Kills = int.Parse(
        Environment.GetEnvironmentVariable("ENVELOPECRYPTO_TEST_KILLS") ?? $"{UsualKills}", CultureInfo.InvariantCulture);

    public static TheoryData<SafetyWork> Works { get; } = [.. Enum.GetValues<SafetyWork>()];

    [Theory]
    [MemberData(nameof(Works))]
    public async Task Killed_at_any_moment_loses_nothing(SafetyWork work)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It sends signals.");
        var random = Chance.New(); // not the moments of the last time
        var (works, mine) = (Works.Count, (int)work);
        var kills = (Kills / works) + (mine < Kills % works ? 1 : 0);
        using var bench = new ToolBench();
        using var scene = new SafetyScene(work);
        var met = 0;
        for (var i = 0; i < kills; i++)
        {
            // Small files for moments between files, and some that take a while.
            await scene.PrepareAsync([.. Enumerable.Range(0, Files).Select(n => n % 4 == 1 ? 600_000 : n * 97)]);
            var (fromStart, delay) = (random.Next(8) == 0, random.NextDouble());
            using (var tool = bench.Start([("ENVELOPECRYPTO_HOME", scene.KeyringHome)], ToolBench.Command[0], [.. ToolBench.Command.Skip(1), .. scene.ToolArguments]))
            {
                if (!fromStart)
                    tool.WaitForOutput();
                Patience.Pass(TimeSpan.FromMilliseconds(fromStart ? delay * MostStart : delay * delay * MostDelay));
                if (tool.KillNow())
                    met++;
                else
                    tool.Finish().RequireDone(); // what never began its work proves nothing
            }
            await scene.RequireNothingLostAsync();
            await scene.RequireNextRunFinishesAsync();
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{work}: {kills} kills, of which {met} met it at work.");
    }
}
