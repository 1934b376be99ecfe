using System.Net.Sockets;
using System.Text;
using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Audit;

/// <summary>The head on its way to syslog, which here is a socket of the test's.</summary>
public sealed class SystemLogTests : IDisposable
{
    private readonly AuditBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Head_and_count_arrive()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has the Event Log.");
        var path = _bench["log"];
        using var syslog = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        syslog.Bind(new UnixDomainSocketEndPoint(path));
        var verdict = await _bench.WriteAsync(3);
        SystemLog.SendHead(verdict, path);
        var buffer = new byte[4096];
        var line = Encoding.UTF8.GetString(buffer, 0, await syslog.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
        Assert.Matches(
            $@"^<85>[A-Z][a-z][a-z] [ 1-3][0-9] [0-9:]{{8}} envelopecrypto\[[0-9]+\]: audit log={_bench.Log} id={verdict.Id} count=7 head={verdict.Head} valid=true$", line);
    }

    [Fact]
    public async Task Nobody_listening_is_an_error_of_its_own()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has the Event Log.");
        var verdict = await _bench.WriteAsync(1);
        Refused.As(EnvelopeError.AuditHeadNotSent, () => SystemLog.SendHead(verdict, _bench["nobody"]));
        Refused.As(EnvelopeError.AuditHeadNotSent, () => SystemLog.SendHead(verdict, new string('x', 300)));
    }
}
