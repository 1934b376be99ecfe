using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EnvelopeCrypto.Audit;

/// <summary>An entry in the log Application of Windows: RegisterEventSource and ReportEvent of advapi32.</summary>
internal static partial class WindowsEventLog
{
    private const string Source = "EnvelopeCrypto";
    private const ushort Information = 4;
    private const uint EventId = 1;

    /// <exception cref="IOException">Windows refused it.</exception>
    public static void Write(string message)
    {
        var source = RegisterEventSource(server: null, Source);
        if (source == 0)
            throw Failure();
        try
        {
            if (!ReportEvent(source, Information, category: 0, EventId, user: 0, strings: 1, dataSize: 0, [message], data: 0))
                throw Failure();
        }
        finally
        {
            DeregisterEventSource(source);
        }
    }

    private static IOException Failure() => new(new Win32Exception(Marshal.GetLastPInvokeError()).Message);

    [LibraryImport("advapi32", EntryPoint = "RegisterEventSourceW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint RegisterEventSource(string? server, string source);

    [LibraryImport("advapi32", EntryPoint = "ReportEventW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ReportEvent(
        nint log, ushort type, ushort category, uint id, nint user, ushort strings, uint dataSize, string[] texts, nint data);

    [LibraryImport("advapi32", EntryPoint = "DeregisterEventSource")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeregisterEventSource(nint log);
}
