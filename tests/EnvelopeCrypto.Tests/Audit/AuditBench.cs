using System.Text;
using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Calls;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Audit;

/// <summary>A folder with an audit log, and what writes and verifies it: plain, or under KEKs of a key service in memory.</summary>
internal sealed class AuditBench : IDisposable
{
    public static readonly EncryptionContext Context = SampleEnvelope.Context(("purpose", "backup"));

    private readonly TempFolder _folder = new();

    public FakeKeyService Service { get; } = new();

    /// <summary>When its uses of KEKs are.</summary>
    public TestTime Time { get; } = new();

    public string Folder => _folder.Path;

    public string Log => _folder["audit.log"];

    public string this[string name] => _folder[name];

    /// <summary>The files of the log, the oldest first.</summary>
    public IReadOnlyList<string> Files => [.. AuditFiles.Closed(Log), Log];

    /// <param name="kek">The KEK of the chain; null for a plain one.</param>
    /// <param name="maxSize">Bytes from which on a file is closed.</param>
    public AuditObserver OpenObserver(string? kek = null, long maxSize = AuditLimits.UsualFileSize)
    {
        var keys = Keys(kek);
        return new AuditObserver(new AuditLog(new AuditFile(Log, maxSize, keys, Time), keys), Time);
    }

    public AuditVerification Verifying(string? kek = null, string? expectedHead = null, long? expectedCount = null) =>
        new(Keys(kek)) { ExpectedHead = expectedHead, ExpectedCount = expectedCount };

    public async Task<AuditVerdict> VerifyAsync(
        string? kek = null, string? expectedHead = null, long? expectedCount = null, string? log = null)
    {
        using var verification = Verifying(kek, expectedHead, expectedCount);
        return await verification.VerifyAsync(log ?? Log, TestContext.Current.CancellationToken);
    }

    /// <summary>Writes uses, two lines each; a log of N of them has 2 N + 1 lines.</summary>
    public async Task<AuditVerdict> WriteAsync(int uses, string? kek = null, long maxSize = AuditLimits.UsualFileSize)
    {
        using (var observer = OpenObserver(kek, maxSize))
            await UseAsync(observer, uses);
        return await VerifyAsync(kek);
    }

    public static async Task UseAsync(AuditObserver observer, int uses = 1, string path = "/data/file")
    {
        for (var i = 0; i < uses; i++)
        {
            var use = new KekUse(KekOperation.Unwrap, "local:a/1/AAAAAAAAAAAAAAAAAAAAAA", $"{path}{i}", Context);
            await observer.OnStartingAsync(use, CancellationToken.None);
            await observer.OnFinishedAsync(use, TimeSpan.FromMicroseconds(1234), failure: null, CancellationToken.None);
        }
    }

    public AuditRecord[] Records(AuditFilter? filter = null) =>
        [.. AuditReading.Read(Log, failure => throw failure, TestContext.Current.CancellationToken).Where((filter ?? new AuditFilter()).Matches)];

    /// <summary>The lines of the newest file.</summary>
    public string[] Lines(string? file = null)
    {
        using var reader = new StreamReader(OpenBesideWriters(file ?? Log, FileMode.Open, FileAccess.Read), Encoding.UTF8);
        return reader.ReadToEnd().Split('\n')[..^1];
    }

    public void SetLines(IEnumerable<string> lines, string? file = null)
    {
        using var writer = new StreamWriter(OpenBesideWriters(file ?? Log, FileMode.Create, FileAccess.Write));
        writer.Write(string.Concat(lines.Select(line => line + "\n")));
    }

    /// <summary>Leaves half a line at the end, as a process does that dies.</summary>
    public byte[] Tear()
    {
        var half = Encoding.UTF8.GetBytes(Lines()[^1])[..100];
        using var file = new FileStream(Log, FileMode.Append);
        file.Write(half);
        return half;
    }

    // On Windows a log that an observer has open opens only so.
    private static FileStream OpenBesideWriters(string path, FileMode mode, FileAccess access) =>
        new(path, mode, access, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>A line with another content and a hash that fits it, as anybody can make of a plain chain.</summary>
    public static string Forge(string line, string from, string to)
    {
        var parsed = AuditLine.Parse(Encoding.UTF8.GetBytes(line.Replace(from, to, StringComparison.Ordinal)));
        var chain = new AuditChain(key: null);
        chain.ContinueAfter(parsed.Number - 1, parsed.Previous);
        var forged = new System.Buffers.ArrayBufferWriter<byte>();
        chain.Append(parsed.Content(), forged);
        return Encoding.UTF8.GetString(forged.WrittenSpan).TrimEnd('\n');
    }

    public void Dispose() => _folder.Dispose();

    private AuditKeys Keys(string? kek) =>
        new(kek is null ? null : KekReference.Parse(kek), () => new KekSession([Service], kek is null ? [] : [kek]));
}
