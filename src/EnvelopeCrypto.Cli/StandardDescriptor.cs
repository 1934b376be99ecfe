using System.Runtime.InteropServices;

namespace EnvelopeCrypto.Cli;

/// <summary>Whether standard input and output were open when the tool was started. In a shell, <c>&lt;&amp;-</c> closes one.</summary>
/// <remarks>
/// The runtime's own first files take the numbers that are free, so a closed standard input can be one of its pipes, of which a read
/// never ends. Those close on exec; what a process was started with cannot, else it had not been there.
/// Source: POSIX.1-2024, <c>exec</c> and <c>fcntl</c>.
/// </remarks>
internal static partial class StandardDescriptor
{
    public const int Input = 0;
    public const int Output = 1;

    private const int GetFlags = 1;
    private const int CloseOnExec = 1;

    // Minus one, for a number that is not open at all, has every bit.
    public static bool IsOpen(int descriptor) => OperatingSystem.IsWindows() || (FlagsOf(descriptor, GetFlags) & CloseOnExec) == 0;

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FlagsOf(int descriptor, int command);
}
