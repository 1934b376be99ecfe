using System.Runtime.InteropServices;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// Standard input, output and error as the system knows them: whether they were open when the tool was started (in a shell,
/// <c>&lt;&amp;-</c> closes one), and whether a write would wait.
/// </summary>
/// <remarks>
/// The runtime's own first files take the numbers that are free, so a closed standard input can be one of its pipes, of which a read
/// never ends. Those close on exec; what a process was started with cannot, else it had not been there.
/// Source: POSIX.1-2024, <c>exec</c>, <c>fcntl</c> and <c>poll</c>.
/// </remarks>
internal static partial class StandardDescriptor
{
    public const int Input = 0;
    public const int Output = 1;
    public const int Error = 2;

    private const short Readable = 1;

    private const int GetFlags = 1;
    private const int CloseOnExec = 1;
    private const short Writable = 4;

    // Minus one, for a number that is not open at all, has every bit.
    public static bool IsOpen(int descriptor) => OperatingSystem.IsWindows() || (FlagsOf(descriptor, GetFlags) & CloseOnExec) == 0;

    /// <summary>Whether a write would wait for a reader: the pipe is full, or the terminal was stopped. Not on Windows.</summary>
    public static bool WouldWait(int descriptor) => IsOpen(descriptor) && WaitUntilWritable(descriptor, milliseconds: 0) == 0;

    /// <summary>Waits until a write finds room, or fails at once.</summary>
    /// <returns>0 when the time was over before.</returns>
    public static int WaitUntilWritable(int descriptor, int milliseconds)
    {
        var asked = new PollDescriptor { Descriptor = descriptor, Events = Writable };
        return Poll(ref asked, 1, milliseconds);
    }

    /// <summary>Waits until a read or write goes on: another process that shares the pipe may have made it non-blocking.</summary>
    public static void WaitUntilReady(int descriptor)
    {
        var asked = new PollDescriptor { Descriptor = descriptor, Events = descriptor == Input ? Readable : Writable };
        _ = Poll(ref asked, 1, timeout: -1);
    }

    /// <summary>Writes some of the bytes, past the console and its lock. Not on Windows.</summary>
    /// <returns>How many; -1 for an error, which is the last one of a call to the system.</returns>
    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollDescriptor descriptor, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FlagsOf(int descriptor, int command);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
