using System.Globalization;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

public sealed class StopTests : IDisposable
{
    private const long LargeLength = 2L << 30;

    private readonly ToolBench _bench = new();

    public StopTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It looks into /proc and sends signals.");
        DefaultSignals.RequireHeard();
        Directory.CreateDirectory(_bench["out"]);
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(RunningTool.Interrupt)]
    [InlineData(RunningTool.Terminate)]
    [InlineData(RunningTool.Hangup)]
    public void Waiting_for_a_pipe_ends_and_leaves_nothing(int signal)
    {
        using var tool = _bench.Start("protect", "-", "--kek", ToolBench.Kek, "-o", "out/x.evc");
        tool.WaitUntilItHasOpen(_bench["out"]);
        Stop(tool, signal);
        Assert.Empty(Directory.GetFileSystemEntries(_bench["out"]));
    }

    [Theory]
    [InlineData(RunningTool.Interrupt)]
    [InlineData(RunningTool.Terminate)]
    public void A_large_file_half_done_leaves_nothing(int signal)
    {
        MakeLarge();
        using var tool = _bench.Start("protect", "large", "--kek", ToolBench.Kek, "-o", "out/");
        tool.WaitUntilItHasOpen(_bench["out"]);
        Stop(tool, signal);
        Assert.Empty(Directory.GetFileSystemEntries(_bench["out"]));
    }

    [Theory]
    [InlineData("protect")]
    [InlineData("unprotect")]
    public void Writing_to_a_pipe_that_nobody_reads_ends(string command)
    {
        _bench.Write("a", new byte[4 << 20]);
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-q").RequireDone();
        string[] arguments = command == "protect" ? ["protect", "a", "--kek", ToolBench.Kek] : ["unprotect", "a.evc"];
        using var tool = _bench.Start([.. arguments, "-o", "-"]);
        tool.Output.ReadExactly(new byte[1]); // from here on the pipe fills
        Stop(tool, RunningTool.Terminate, readOutput: false);
        Assert.Equal(["a", "a.evc", "out"], _bench.Files);
    }

    [Fact]
    public void Results_that_nobody_reads_do_not_hold_back_its_last_word()
    {
        _bench.Write("a", "hello");
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-q").RequireDone();
        using var tool = _bench.Start(["inspect", "--json", .. Enumerable.Range(0, 500).Select(i => $"./{new string('/', i)}a.evc")]);
        tool.WaitUntilItsPipeIsFull();
        Stop(tool, RunningTool.Terminate, readOutput: false);
    }

    [Fact]
    public void A_stopped_unprotect_leaves_the_old_file()
    {
        _bench.Write("out/x", "old");
        using var envelope = _bench.Start("protect", "-", "--kek", ToolBench.Kek, "-q");
        envelope.Write(new byte[3 << 20]);
        envelope.CloseInput();
        var bytes = envelope.Finish().Output;

        using var tool = _bench.Start("unprotect", "-", "-o", "out/x", "--force");
        tool.Write(bytes.AsSpan(0, bytes.Length / 2));
        tool.WaitUntilItHasOpen(_bench["out"]);
        Stop(tool, RunningTool.Terminate);
        Assert.Equal("old", File.ReadAllText(_bench["out/x"]));
        Assert.Single(Directory.GetFileSystemEntries(_bench["out"]));
    }

    // So nohup and a script's & keep a program running.
    [Theory]
    [InlineData(RunningTool.Interrupt)]
    [InlineData(RunningTool.Hangup)]
    public void A_signal_that_was_ignored_at_the_start_stays_ignored(int signal)
    {
        var tool = ToolBench.QuotedCommand;
        using var running = _bench.Start(
            [], "/bin/sh", "-c", $"trap '' {signal}; exec {tool} protect - --kek {ToolBench.Kek} -o out/x.evc");
        running.WaitUntilItHasOpen(_bench["out"]);
        for (var i = 0; i < 8; i++)
        {
            running.Signal(signal);
            running.Write(new byte[1 << 20]);
        }
        running.CloseInput();
        running.Finish().RequireDone();
        Assert.Equal(8 << 20, _bench.Run("unprotect", "out/x.evc", "-o", "-", "-q").RequireDone().Output.Length);
    }

    private static void Stop(RunningTool tool, int signal, bool readOutput = true)
    {
        tool.Signal(signal);
        var run = tool.Finish(readOutput);
        Assert.Equal(ToolRun.Stopped, run.ExitCode);
        Assert.Equal("envelope: stopped.", Assert.Single(run.ErrorLines));
    }

    private void MakeLarge()
    {
        Assert.SkipUnless(new DriveInfo(_bench.Folder).AvailableFreeSpace > 2 * LargeLength, "There is no room for a large file.");
        using var file = File.Create(_bench["large"]);
        file.SetLength(LargeLength);
    }
}
