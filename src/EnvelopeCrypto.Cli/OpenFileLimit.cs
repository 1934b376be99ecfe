using System.Runtime.InteropServices;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// How many files the process may open. With too few the runtime itself cannot load what it needs, and ends in a stack trace wherever
/// that happens to be; so it is asked first, by nothing that needs more files.
/// </summary>
internal static partial class OpenFileLimit
{
    /// <summary>Enough for the runtime and a run with one worker.</summary>
    private const ulong Least = 96;

    private const int StandardError = 2;

    private static ReadOnlySpan<byte> Refusal =>
        "envelope: this process may open too few files at once; it needs 96 at least. Raise its limit (ulimit -n). [OutOfResources]\n"u8;

    /// <summary>Whether there are enough; says so when there are not.</summary>
    public static bool IsEnough()
    {
        if (OperatingSystem.IsWindows())
            return true;
        if (LimitOf(OperatingSystem.IsLinux() ? 7 : 8, out var limit) != 0 || limit.Now >= Least)
            return true;
        _ = WriteTo(StandardError, Refusal, (nuint)Refusal.Length);
        return false;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int LimitOf(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint WriteTo(int descriptor, ReadOnlySpan<byte> text, nuint count);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Now;
        public ulong Most;
    }
}
