using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EnvelopeCrypto.Audit;

/// <summary>
/// Sends the head of an audit log to the system's own log, where anyone who can write the audit log may not reach it: on Unix a datagram to
/// the local syslog socket, in the form of RFC 3164 as syslog(3) sends it there; on Windows an entry of the log Application.
/// </summary>
internal static class SystemLog
{
    /// <summary>Where syslog listens on Unix.</summary>
    public static string UsualSocket => OperatingSystem.IsMacOS() ? "/var/run/syslog" : "/dev/log";

    // Facility 10, security messages; severity 5, a normal but significant condition.
    private const int Priority = (10 * 8) + 5;

    /// <summary>Sends head, count, id and name of a log that was verified.</summary>
    /// <param name="verdict">What was verified.</param>
    /// <param name="socket">Another socket than the usual one; null for that.</param>
    /// <exception cref="EnvelopeException">AuditHeadNotSent.</exception>
    public static void SendHead(AuditVerdict verdict, string? socket = null)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        var message = MessageOf(verdict);
        try
        {
            if (OperatingSystem.IsWindows())
                WindowsEventLog.Write(message);
            else
                Send(socket ?? UsualSocket, Encoding.UTF8.GetBytes(Line(message, TimeProvider.System.GetLocalNow().DateTime)));
        }
        catch (Exception failure) when (failure is SocketException or IOException or ArgumentException or PlatformNotSupportedException)
        {
            var where = OperatingSystem.IsWindows() ? "the Event Log" : $"syslog at '{socket ?? UsualSocket}'";
            throw new EnvelopeException(
                EnvelopeError.AuditHeadNotSent, $"the head could not be sent to {where}: {failure.Message}", failure).About(verdict.Log);
        }
    }

    internal static string MessageOf(AuditVerdict verdict) => string.Create(
        CultureInfo.InvariantCulture,
        $"audit log={DisplayText.OneLine(verdict.Log)} id={verdict.Id} count={verdict.Count} head={verdict.Head} valid={(verdict.Valid ? "true" : "false")}");

    // <85>Nov  2 08:05:01 envelopecrypto[1234]: ...
    internal static string Line(string message, DateTime now) => string.Create(
        CultureInfo.InvariantCulture,
        $"<{Priority}>{now:MMM} {now.Day,2} {now:HH:mm:ss} envelopecrypto[{Environment.ProcessId}]: {message}");

    private static void Send(string path, byte[] line)
    {
        var place = new UnixDomainSocketEndPoint(path);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.SendTimeout = 5_000; // milliseconds; a log that no one reads fills up
        socket.Connect(place);
        socket.Send(line);
    }
}
