using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Audit;

/// <summary>How far a verification came, and the first thing that it found wrong.</summary>
internal sealed class AuditProgress(string log, IReadOnlyList<string> files, string? expectedHead, long? expectedCount)
{
    private string? _faultFile;
    private long? _faultLine;
    private string? _reason;
    private long _first;
    private int _torn;
    private DateTimeOffset? _lastTime;

    public string Log => log;

    public AuditHeader? Header { get; private set; }

    public AuditChain Chain { get; private set; } = new(key: null);

    public AuditFault? Fault { get; private set; }

    public long Count => Chain.Count;

    /// <summary>Whether no line was accepted yet: the oldest file that is here may begin anywhere.</summary>
    public bool IsFirst => _first == 0;

    public bool HadExpectedHead { get; private set; }

    /// <summary>Goes on with the key of a file's own beginning.</summary>
    public void Begin(AuditHeader header, SecretBytes? key)
    {
        Header = header;
        var chain = new AuditChain(key);
        chain.ContinueAfter(Chain.Count, Chain.Head);
        Chain = chain;
    }

    public void Accept(AuditLine line)
    {
        _first = IsFirst ? line.Number : _first;
        _torn += line.Torn is null ? 0 : 1;
        _lastTime = line.Record?.Time ?? line.Header?.Time ?? line.Torn!.Time;
        Chain.ContinueAfter(line.Number, line.Hash);
        HadExpectedHead |= (expectedCount is null || expectedCount == line.Number) && expectedHead == Base64UrlText.Encode(line.Hash);
    }

    public void Fail(AuditFault fault, string? path, long? line, string reason) =>
        (Fault, _faultFile, _faultLine, _reason) = (fault, path, line, reason);

    public AuditVerdict ToVerdict() => new()
    {
        Log = log,
        Fault = Fault,
        FaultFile = _faultFile,
        FaultLine = _faultLine,
        Reason = _reason,
        Keyed = Header?.Recipient is not null,
        Kek = Header?.Recipient?.Kek,
        Id = Header is null ? null : Base64UrlText.Encode(Header.Log),
        First = _first,
        Count = Count,
        Head = Base64UrlText.Encode(Chain.Head),
        LastTime = _lastTime,
        Torn = _torn,
        Files = files.ToArray(), // which a shell can index, unlike what a collection expression makes
    };
}
