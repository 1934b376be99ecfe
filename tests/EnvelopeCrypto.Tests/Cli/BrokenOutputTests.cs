using System.Diagnostics;

namespace EnvelopeCrypto.Tests.Cli;

public sealed class BrokenOutputTests : IDisposable
{
    private readonly ToolBench _bench = new();

    public BrokenOutputTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It needs a Unix shell.");
        _bench.Write("a", new byte[3 << 20]);
        _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-q").RequireDone();
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("unprotect a.evc -o -")]
    [InlineData("unprotect - < a.evc")]
    [InlineData("protect a --kek local:daily -o -")]
    public void A_reader_that_leaves_early_is_an_error(string command)
    {
        var run = _bench.Shell($"envelope {command} | head -c 10 > /dev/null; exit ${{PIPESTATUS[0]}}");
        run.RequireError(EnvelopeError.OutputFailed);
        Assert.Equal(["a", "a.evc"], _bench.Files);
    }

    [Fact]
    public void Results_that_nobody_reads_to_the_end_are_none()
    {
        var run = _bench.Shell("envelope verify a.evc a.evc | true; exit ${PIPESTATUS[0]}");
        Assert.Equal("", run.Errors);
        Assert.Equal(ToolRun.Done, run.ExitCode);
    }

    [Fact]
    public void A_full_or_closed_standard_output_is_an_error()
    {
        if (File.Exists("/dev/full"))
        {
            _bench.Shell("envelope unprotect a.evc -o - > /dev/full").RequireError(EnvelopeError.DiskFull);
            _bench.Shell("envelope verify a.evc > /dev/full").RequireError(EnvelopeError.OutputFailed);
            _bench.Shell("envelope --help > /dev/full").RequireError(EnvelopeError.OutputFailed);
        }
        _bench.Shell("envelope unprotect a.evc -o - >&-").RequireError(EnvelopeError.OutputFailed);
        _bench.Shell("envelope verify a.evc >&-").RequireError(EnvelopeError.OutputFailed);
    }

    [Theory]
    [InlineData(">&-", "")]
    [InlineData("> /dev/full", "")]
    [InlineData("> /dev/full", "--json")]
    public void Results_that_cannot_be_written_stop_no_work_and_are_told_once(string redirection, string option)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        for (var i = 0; i < 20; i++)
            _bench.Write($"t/{i}", "x");
        var run = _bench.Shell($"envelope protect t missing -r -o v --kek {ToolBench.Kek} {option} {redirection}");
        Assert.Equal(ToolRun.SomeFailed, run.ExitCode);
        Assert.Equal(20, Directory.GetFiles(_bench["v"]).Length);
        Assert.Single(run.ErrorLines, line => line.EndsWith("[OutputFailed]", StringComparison.Ordinal));
        Assert.Single(run.ErrorLines, line => line.EndsWith("[SourceNotFound]", StringComparison.Ordinal));
        Assert.Equal(2, run.ErrorLines.Length);
    }

    [Fact]
    public void A_standard_input_that_is_non_blocking_is_waited_for()
    {
        // Another process that has the same pipe can have made it so. The writer is slower than the reader.
        const string nonBlocking =
            "perl -MFcntl -e 'fcntl(STDIN, F_SETFL, fcntl(STDIN, F_GETFL, 0) | O_NONBLOCK) or die; exec @ARGV or die'";
        Assert.SkipUnless(_bench.Shell("perl -MFcntl -e 'exit 0'").ExitCode == 0, "There is no perl here.");
        var tool = ToolBench.QuotedCommand;
        var run = _bench.Shell($"(head -c 1000000 a; head -c 2145728 a) | {nonBlocking} {tool} protect - --kek {ToolBench.Kek} -o b.evc");
        run.RequireDone();
        Assert.Equal(3_145_728, _bench.Shell("envelope unprotect b.evc -o - -q").RequireDone().Output.Length);
        _bench.Shell($"(read -t 0.01 < /dev/zero; echo text) | {nonBlocking} {tool} protect --text --kek {ToolBench.Kek}").RequireDone();
    }

    [Theory]
    [InlineData(40)]
    [InlineData(56)]
    public void Too_few_files_that_may_be_open_are_an_error_and_no_stack_trace(int limit)
    {
        _bench.Shell($"ulimit -n {limit}; envelope verify a.evc").RequireError(EnvelopeError.OutOfResources);
        _bench.Shell("ulimit -n 96; envelope verify a.evc").RequireDone();
    }

    [Theory]
    [InlineData("protect - --kek local:daily -o b.evc")]
    [InlineData("unprotect - -o b")]
    [InlineData("verify -")]
    [InlineData("inspect -")]
    [InlineData("protect --text --kek local:daily")]
    public void A_closed_standard_input_is_an_error_and_nothing_to_wait_for(string command)
    {
        _bench.Shell($"envelope {command} <&-").RequireError(EnvelopeError.SourceUnreadable);
        Assert.Equal(["a", "a.evc"], _bench.Files);
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2> /dev/full")]
    public void Errors_that_cannot_be_shown_stop_no_work(string redirection)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        var run = _bench.Shell($"envelope verify missing a.evc {redirection}");
        Assert.Equal(ToolRun.SomeFailed, run.ExitCode);
        Assert.Contains("a.evc", Assert.Single(run.Lines), StringComparison.Ordinal);
        Assert.Equal(ToolRun.WrongUsage, _bench.Shell($"envelope verify {redirection}").ExitCode);
        Assert.Equal(
            ToolRun.Done, _bench.Shell($"envelope protect a --kek {ToolBench.Kek} -o - {redirection} | envelope verify - -q").ExitCode);
    }

    [Fact]
    public void A_full_disk_is_an_error_and_leaves_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root on Linux can mount a small disk.");
        var disk = _bench["disk"];
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(Mount("mount", "-t", "tmpfs", "-o", "size=2m", "none", disk), "A small disk cannot be mounted here.");
        try
        {
            var line = _bench.Run("protect", "a", "--kek", ToolBench.Kek, "-o", "disk/").RequireError(EnvelopeError.DiskFull);
            Assert.Contains("disk/a.evc", line, StringComparison.Ordinal);
            _bench.Feed(_bench.Read("a"), "protect", "-", "--kek", ToolBench.Kek, "-o", "disk/x.evc").RequireError(EnvelopeError.DiskFull);
            _bench.Run("unprotect", "a.evc", "-o", "disk/x").RequireError(EnvelopeError.DiskFull);
            _bench.Feed(_bench.Read("a.evc"), "unprotect", "-", "-o", "disk/x").RequireError(EnvelopeError.DiskFull);
            Assert.Empty(Directory.GetFileSystemEntries(disk));
            _bench.Shell("envelope unprotect a.evc -o - > disk/x").RequireError(EnvelopeError.DiskFull);
        }
        finally
        {
            Mount("umount", disk);
        }
    }

    [Theory]
    [InlineData("protect a --kek local:daily -o x")]
    [InlineData("protect - --kek local:daily -o x < a")]
    [InlineData("unprotect a.evc -o x")]
    [InlineData("unprotect a.evc -o - > /proc/self/fd/9")]
    public void A_limit_for_files_is_an_error_and_leaves_nothing(string command)
    {
        // The runtime itself makes large files in memory, unless it is told not to.
        var run = _bench.Shell(
            $"exec 9> out; ulimit -f 1024; envelope {command}; code=$?; rm out; exit $code", ("DOTNET_EnableWriteXorExecute", "0"));
        run.RequireError(EnvelopeError.OutputFailed);
        Assert.Equal(["a", "a.evc"], _bench.Files);
    }

    private static bool Mount(string program, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
