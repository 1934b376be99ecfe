using EnvelopeCrypto.Tests.Cli;

namespace EnvelopeCrypto.Tests.Support;

public sealed class RuntimeTests : IDisposable
{
    // Set by `-p:TestRuntime`.
    private static readonly string? Named = AppContext.GetData("EnvelopeCrypto.Tests.Runtime") as string;

    private readonly ToolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Tool_runs_on_the_runtime_of_the_tests_and_that_is_the_one_the_build_names()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It looks into /proc.");
        using var tool = _bench.Start("protect", "-", "--kek", ToolBench.Kek, "-o", "x.evc");
        tool.WaitUntilItHasOpen(_bench.Folder); // by then it runs
        var runtime = RuntimeOf($"{Environment.ProcessId}");
        Assert.Equal(runtime, RuntimeOf($"{tool.Id}"));
        Assert.Equal(Named ?? Path.GetFileName(Path.GetDirectoryName(runtime)), Environment.Version.ToString(3));
    }

    private static string RuntimeOf(string process) =>
        File.ReadLines($"/proc/{process}/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .First(file => Path.GetFileName(file) == "libcoreclr.so");
}
