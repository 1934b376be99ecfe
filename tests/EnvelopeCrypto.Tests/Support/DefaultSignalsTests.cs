using EnvelopeCrypto.Tests.Cli;

namespace EnvelopeCrypto.Tests.Support;

public sealed class DefaultSignalsTests
{
    [Theory]
    [InlineData(RunningTool.Hangup)]
    [InlineData(RunningTool.Interrupt)]
    [InlineData(RunningTool.Terminate)]
    public void Program_hears_a_signal_that_was_ignored_before(int signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It looks into /proc.");
        DefaultSignals.RequireHeard();
        const string status = "cat /proc/self/status";
        string Status(string start) => UnixTool.Output("/bin/sh", "-c", $"trap '' {signal}; exec {start} {status}");

        Assert.True(DefaultSignals.IsIgnored(Status(""), signal));
        Assert.False(DefaultSignals.IsIgnored(Status(string.Join(' ', DefaultSignals.Starter)), signal));
    }
}
