using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// Standard output for data on Windows, past the stream that .NET has for it: that one takes a closed pipe for a success.
/// </summary>
/// <remarks>Source: Microsoft Learn, "WriteFile function" and "System Error Codes".</remarks>
internal sealed partial class WindowsOutput(WindowsWrite write)
{
    private const int StandardOutput = -11; // STD_OUTPUT_HANDLE
    private const int InvalidHandle = 6;
    private const int HandleDiskFull = 39;
    private const int BrokenPipe = 109;
    private const int DiskFull = 112;
    private const int NoData = 232; // the pipe is being closed
    private const int PipeNotConnected = 233;
    private const int QuotaExceeded = 1295;

    // A pipe that does not wait takes nothing while it is full, and calls that a success.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    /// <summary>That of this process.</summary>
    [SupportedOSPlatform("windows")]
    public static WindowsOutput OfProcess() => new(WriteSome);

    /// <exception cref="EnvelopeException">OutputFailed, DiskFull.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var error = write(bytes, out var written);
            if (error != 0)
                throw Failure(error);
            // A full pipe that does not block takes nothing, and Windows has no way to wait for room in it.
            if (written == 0)
                Thread.Sleep(Pause);
            bytes = bytes[written..];
        }
    }

    private static EnvelopeException Failure(int error) => error switch
    {
        BrokenPipe or NoData or PipeNotConnected => PipeOutput.ReaderIsGone(),
        InvalidHandle => PipeOutput.IsClosed(),
        HandleDiskFull or DiskFull or QuotaExceeded => PipeOutput.NoRoom(),
        _ => new(EnvelopeError.OutputFailed, $"standard output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}"),
    };

    [SupportedOSPlatform("windows")]
    private static int WriteSome(ReadOnlySpan<byte> bytes, out int written)
    {
        var handle = GetStdHandle(StandardOutput);
        if (handle is 0 or -1)
        {
            written = 0;
            return InvalidHandle;
        }
        return WriteFile(handle, bytes, bytes.Length, out written, 0) ? 0 : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("kernel32")]
    private static partial nint GetStdHandle(int which);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool WriteFile(nint file, ReadOnlySpan<byte> bytes, int count, out int written, nint overlapped);
}
