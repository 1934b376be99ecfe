using System.Runtime.InteropServices;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// Standard input on Unix. The stream that .NET has for it fails where a read would have to wait and the pipe is non-blocking, which
/// another process that shares it can have set.
/// </summary>
internal sealed partial class UnixInput : ReadOnlyStream
{
    public const int Interrupted = 4;
    public static readonly int WouldBlock = OperatingSystem.IsLinux() ? 11 : 35;

    private const int Descriptor = StandardDescriptor.Input;

    /// <exception cref="IOException">It cannot be read, such as a directory.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            var read = ReadFrom(Descriptor, buffer, (nuint)buffer.Length);
            if (read >= 0)
                return (int)read;
            var error = Marshal.GetLastPInvokeError();
            if (error == WouldBlock)
                StandardDescriptor.WaitUntilReady(Descriptor);
            else if (error != Interrupted)
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFrom(int descriptor, Span<byte> buffer, nuint count);
}
