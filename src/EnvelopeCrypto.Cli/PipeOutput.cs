using System.Runtime.InteropServices;
using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// Standard output for data. The stream that .NET has for it takes a pipe whose reader is gone for a success, so that an output cut
/// off by the other end would pass for whole.
/// </summary>
internal sealed class PipeOutput : WriteOnlyStream
{
    private const int Descriptor = StandardDescriptor.Output;
    private const int Interrupted = 4;
    private const int NoSpace = 28;
    private const int BrokenPipe = 32;
    private static readonly int WouldBlock = OperatingSystem.IsLinux() ? 11 : 35;

    private readonly Stream? _windows = OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : null;

    /// <exception cref="EnvelopeException">OutputFailed, DiskFull.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_windows is not null)
            WriteOnWindows(_windows, buffer);
        else
        {
            while (!buffer.IsEmpty)
                buffer = buffer[WriteSome(buffer)..];
        }
    }

    private static int WriteSome(ReadOnlySpan<byte> buffer)
    {
        if (!StandardDescriptor.IsOpen(Descriptor))
            throw new EnvelopeException(EnvelopeError.OutputFailed, "standard output is closed.");
        while (true)
        {
            var written = StandardDescriptor.Write(Descriptor, buffer, (nuint)buffer.Length);
            if (written >= 0)
                return (int)written;
            var error = Marshal.GetLastPInvokeError();
            if (error == WouldBlock)
                _ = StandardDescriptor.WaitUntilWritable(Descriptor, milliseconds: -1); // whoever shares the pipe may have made it so
            else if (error != Interrupted)
                throw Failure(error);
        }
    }

    private static EnvelopeException Failure(int error) => error switch
    {
        BrokenPipe => new(EnvelopeError.OutputFailed, "whoever read standard output has closed it; what was read is not whole."),
        NoSpace => new(EnvelopeError.DiskFull, "there is no room for standard output on the disk; what was written is not whole."),
        _ => new(EnvelopeError.OutputFailed, $"standard output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}"),
    };

    private static void WriteOnWindows(Stream output, ReadOnlySpan<byte> buffer)
    {
        try
        {
            output.Write(buffer);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EnvelopeException(EnvelopeError.OutputFailed, $"standard output cannot be written: {failure.Message}", failure);
        }
    }
}
