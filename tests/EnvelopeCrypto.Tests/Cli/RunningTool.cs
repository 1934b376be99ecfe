using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Cli;

/// <summary>A process that was started here, and is not left running.</summary>
internal sealed partial class RunningTool : IDisposable
{
    public const int Hangup = 1;
    public const int Interrupt = 2;
    public const int Terminate = 15;

    private const int BytesToRead = 0x541b; // FIONREAD of Linux

    private readonly Process _process;
    private readonly Collected _errors;
    private Collected? _output;

    public RunningTool(Process process)
    {
        _process = process;
        _errors = new Collected(process.StandardError.BaseStream);
    }

    /// <summary>Its number as a process.</summary>
    public int Id => _process.Id;

    /// <summary>Standard output, for a test that reads it itself; else <see cref="Finish"/> reads it.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>What it wrote to standard output up to now.</summary>
    public string OutputSoFar => Encoding.UTF8.GetString((_output ??= new Collected(Output)).SoFar());

    public void Write(ReadOnlySpan<byte> input)
    {
        try
        {
            _output ??= new Collected(Output);
            _process.StandardInput.BaseStream.Write(input);
            _process.StandardInput.BaseStream.Flush();
        }
        catch (IOException)
        {
            // It ended, or does not read on: its exit code and errors say why.
        }
    }

    public void CloseInput()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // What was left in the buffer is not wanted any more.
        }
    }

    /// <summary>Waits until the process has a file open whose name begins so.</summary>
    public void WaitUntilItHasOpen(string path) =>
        WaitUntil(() => OpenFiles().Any(file => file.StartsWith(path, StringComparison.Ordinal)));

    public void WaitUntil(Func<bool> condition) => Patience.WaitUntil(() =>
    {
        if (condition())
            return true;
        Assert.False(_process.HasExited, "It ended too early.");
        return false;
    });

    /// <summary>Waits until it wrote so much to standard output, which nobody reads, that it has to wait with the rest.</summary>
    public void WaitUntilItsPipeIsFull()
    {
        const int almost = 60_000; // of the 65,536 that a pipe holds
        var pipe = ((PipeStream)Output).SafePipeHandle;
        WaitUntil(() => IoControl(pipe.DangerousGetHandle().ToInt32(), BytesToRead, out var waiting) == 0 && waiting > almost);
    }

    public void Signal(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    /// <summary>Ends it as <c>kill -9</c> does; false when it had ended before.</summary>
    public bool KillNow()
    {
        const int killed = 128 + 9;
        _process.Kill();
        Assert.True(_process.WaitForExit(Patience.Limit), "It outlived its end.");
        return _process.ExitCode == killed;
    }

    /// <summary>Waits until it wrote something, or ended; on this thread, for what is waited for is over soon.</summary>
    public void WaitForOutput() => _ = Output.ReadByte();

    /// <summary>Reads what it writes, and waits for its end so long at the most.</summary>
    public bool EndsWithin(TimeSpan limit)
    {
        _output ??= new Collected(Output);
        return _process.WaitForExit(limit);
    }

    /// <summary>Waits for its end; what it wrote is read, unless <paramref name="readOutput"/> says that nobody does.</summary>
    public ToolRun Finish(bool readOutput = true)
    {
        if (readOutput)
            _output ??= new Collected(Output);
        Assert.True(_process.WaitForExit(Patience.Limit), "It did not end.");
        return new ToolRun(_process.ExitCode, _output?.ToEnd() ?? [], _errors.ToEnd());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private IEnumerable<string> OpenFiles()
    {
        foreach (var file in Directory.EnumerateFileSystemEntries($"/proc/{_process.Id}/fd"))
        {
            string? target = null;
            try
            {
                target = File.ResolveLinkTarget(file, returnFinalTarget: false)?.FullName;
            }
            catch (IOException)
            {
                // closed meanwhile
            }
            if (target is not null)
                yield return target;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControl(int descriptor, nuint request, out int value);

    /// <summary>Reads a stream beside the test, so that whoever writes there never waits.</summary>
    private sealed class Collected
    {
        private readonly List<byte> _bytes = [];
        private readonly Task _reading;

        // A thread of its own: the pool's can all be taken by tests that wait for a process, whose end then nobody reads.
        public Collected(Stream stream) => _reading = Task.Factory.StartNew(
            () => Read(stream), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        public byte[] SoFar()
        {
            lock (_bytes)
                return [.. _bytes];
        }

        public byte[] ToEnd()
        {
            Assert.True(_reading.Wait(Patience.Limit), "Its output does not end.");
            return SoFar();
        }

        private void Read(Stream stream)
        {
            var buffer = new byte[64 * 1024];
            for (int count; (count = stream.Read(buffer)) > 0;)
            {
                lock (_bytes)
                    _bytes.AddRange(buffer.AsSpan(0, count));
            }
        }
    }
}
