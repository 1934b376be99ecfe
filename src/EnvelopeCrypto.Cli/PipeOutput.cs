using System.Runtime.InteropServices;
using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// Standard output for data. The stream that .NET has for it takes a pipe whose reader is gone for a success, so that an output cut
/// off by the other end would pass for whole.
/// </summary>
internal sealed partial class PipeOutput : WriteOnlyStream
{
    private const int Descriptor = StandardDescriptor.Output;
    private const int NoSpace = 28;
    private const int BrokenPipe = 32;
    private static readonly int QuotaExceeded = OperatingSystem.IsLinux() ? 122 : 69;

    private readonly WindowsOutput? _windows = OperatingSystem.IsWindows() ? WindowsOutput.OfProcess() : null;

    /// <exception cref="EnvelopeException">OutputFailed, DiskFull.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_windows is not null)
            _windows.Write(buffer);
        else
        {
            while (!buffer.IsEmpty)
                buffer = buffer[WriteSome(buffer)..];
        }
    }

    /// <exception cref="EnvelopeException">OutputFailed, DiskFull: not all that was written has arrived.</exception>
    public override void Flush() => RequireTaken();

    /// <summary>That whatever was written has arrived, as far as the file system says.</summary>
    /// <remarks>
    /// A file on a share (NFS, SSHFS) takes every byte, and says only when it is closed that the disk behind it is full. The shell
    /// keeps it open, so a copy of the descriptor is closed: that asks the file system in the same way.
    /// </remarks>
    /// <exception cref="EnvelopeException">OutputFailed, DiskFull.</exception>
    public static void RequireTaken()
    {
        if (OperatingSystem.IsWindows() || !StandardDescriptor.IsOpen(Descriptor))
            return;
        var copy = Duplicate(Descriptor);
        if (copy >= 0 && Close(copy) < 0 && Marshal.GetLastPInvokeError() is var error && error != UnixInput.Interrupted)
            throw Failure(error);
    }

    private static int WriteSome(ReadOnlySpan<byte> buffer)
    {
        if (!StandardDescriptor.IsOpen(Descriptor))
            throw IsClosed();
        while (true)
        {
            var written = StandardDescriptor.Write(Descriptor, buffer, (nuint)buffer.Length);
            if (written >= 0)
                return (int)written;
            var error = Marshal.GetLastPInvokeError();
            if (error == UnixInput.WouldBlock)
                StandardDescriptor.WaitUntilReady(Descriptor); // another process that shares the pipe may have made it so
            else if (error != UnixInput.Interrupted)
                throw Failure(error);
        }
    }

    /// <summary>The other end of the pipe was closed.</summary>
    public static EnvelopeException ReaderIsGone() =>
        new(EnvelopeError.OutputFailed, "the reader of standard output has closed it; what was read is not whole.");

    /// <summary>Standard output was closed when the tool was started.</summary>
    public static EnvelopeException IsClosed() => new(EnvelopeError.OutputFailed, "standard output is closed.");

    /// <summary>The disk, or the user's share of it, is full.</summary>
    public static EnvelopeException NoRoom() =>
        new(EnvelopeError.DiskFull, "there is no room for standard output on the disk; what was written is not whole.");

    private static EnvelopeException Failure(int error) => error switch
    {
        BrokenPipe => ReaderIsGone(),
        _ when error == NoSpace || error == QuotaExceeded => NoRoom(),
        _ => new(EnvelopeError.OutputFailed, $"standard output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}"),
    };

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
