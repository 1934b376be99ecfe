using BenchmarkDotNet.Attributes;
using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Calls;

namespace EnvelopeCrypto.Benchmarks;

/// <summary>
/// Lines of the audit log, each of which stands in the file before its caller goes on; the mean is
/// the time for one line.
/// </summary>
[InProcess] // The process that it would make and build has this repository's analyzers.
public class AuditBenchmarks
{
    private const int Lines = 20_000;

    private static readonly KekUse Use = new(
        KekOperation.Unwrap, "local:backup/1/AAAAAAAAAAAAAAAAAAAAAA", "/srv/backup/2026/11/22/database.sql.evc", EncryptionContext.Create([new("purpose", "backup")]));

    private AuditObserver _observer = null!;
    private BenchmarkKeyring _keyring = null!;

    [Params(1, 4, 16)]
    public int Writers { get; set; }

    [Params(false, true)]
    public bool Keyed { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _keyring = new BenchmarkKeyring();
        var kek = Keyed ? BenchmarkKeyring.Old : null;
        var keys = new AuditKeys(kek, () => _keyring.Session);
        _observer = new AuditObserver(
            new AuditLog(
                new AuditFile(Path.Combine(_keyring.Folder, "audit.log"), AuditLimits.UsualFileSize, keys, TimeProvider.System), keys),
            TimeProvider.System);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _observer.Dispose();
        _keyring.Dispose();
        Directory.Delete(_keyring.Folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Lines)]
    public Task WriteAsync() => Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
    {
        for (var i = 0; i < Lines / 2 / Writers; i++)
        {
            var use = Use with { Path = Use.Path };
            await _observer.OnStartingAsync(use, CancellationToken.None);
            await _observer.OnFinishedAsync(use, TimeSpan.FromMicroseconds(12), failure: null, CancellationToken.None);
        }
    })));
}
