using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Primitives;
using EnvelopeCrypto.Records;
using EnvelopeCrypto.Tests.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Audit;

/// <summary>Which uses of KEKs, and which refusals, stand in the log, and what their lines say.</summary>
public sealed class AuditObserverTests : IDisposable
{
    private readonly AuditBench _audit = new();
    private readonly FileBench _bench = new();

    public void Dispose()
    {
        _bench.Dispose();
        _audit.Dispose();
    }

    [Fact]
    public async Task Use_has_a_line_before_and_a_line_after()
    {
        var source = _bench.Source();
        using (var session = Open())
        {
            await ProtectAsync(
                session, source, "x.evc", new ProtectOptions { Keks = _bench.Keks("local:a"), Context = AuditBench.Context });
        }

        var records = _audit.Records();
        Assert.Equal([AuditOutcome.Started, AuditOutcome.Done], records.Select(record => record.Outcome));
        var user = OperatingSystem.IsWindows() ? $"{Environment.UserDomainName}\\{Environment.UserName}" : Environment.UserName;
        Assert.All(records, record =>
        {
            Assert.Equal((KekOperation.Wrap, "local:a", source, false), (record.Operation, record.Kek, record.File, record.Shared));
            Assert.Equal(AuditBench.Context, record.Context);
            Assert.Equal(
                (user, Environment.MachineName, Environment.ProcessId), (record.User, record.Host, record.Process));
            Assert.Equal(records[0].Run, record.Run);
            Assert.Null(record.Error);
        });
        Assert.Equal((null, true), (records[0].Duration, records[1].Duration is not null));
    }

    [Fact]
    public async Task Failure_says_its_error_id()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(10), "service:a");
        _bench.Service.RefusesUnwrap = true;
        using (var session = Open())
            await Refused.AsAsync(EnvelopeError.KekNotAllowed, () => UnprotectAsync(session, envelope));
        Assert.Equal((AuditOutcome.Failed, "KekNotAllowed"), (_audit.Records()[^1].Outcome, _audit.Records()[^1].Error));
    }

    [Fact]
    public async Task Kek_that_is_not_allowed_is_a_refusal_with_its_file()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(10), "service:a");
        using (var session = Open("service:other"))
            await Refused.AsAsync(EnvelopeError.KekNotAllowed, () => UnprotectAsync(session, envelope));
        var record = Assert.Single(_audit.Records());
        Assert.Equal(
            (AuditOutcome.Refused, "KekNotAllowed", "service:a", envelope), (record.Outcome, record.Error!, record.Kek, record.File!));
    }

    [Fact]
    public async Task Kek_that_failed_before_is_a_refusal_for_each_further_file()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(10), "service:a");
        _bench.Service.Answering = _ => throw new EnvelopeException(EnvelopeError.KekDisabled, "disabled.");
        using (var session = Open())
        {
            await Refused.AsAsync(EnvelopeError.KekDisabled, () => UnprotectAsync(session, envelope));
            await Refused.AsAsync(EnvelopeError.NotTried, () => UnprotectAsync(session, envelope));
        }
        Assert.Equal(
            [(AuditOutcome.Started, null), (AuditOutcome.Failed, "KekDisabled"), (AuditOutcome.Refused, "NotTried")],
            _audit.Records().Select(record => (record.Outcome, record.Error)));
    }

    [Fact]
    public async Task Shared_data_key_has_one_line_for_each_further_file_with_its_batch()
    {
        using (var session = Open())
        {
            var operation = _bench.Protecting(new ProtectOptions { Keks = _bench.Keks("local:a"), FilesPerDataKey = 3 }, session: session);
            foreach (var name in new[] { "1", "2", "3" })
            {
                await operation.ProtectFileAsync(
                    _bench.Source(name: name), _bench.Folder[name + ".evc"], progress: null, CancellationToken.None);
            }
        }
        var records = _audit.Records();
        Assert.Equal([false, false, true, true], records.Select(record => record.Shared));
        var batch = Convert.ToHexString(FileBench.HeaderOf(_bench.Folder["1.evc"]).Protected.Batch!);
        Assert.All(records, record => Assert.Equal(batch, Convert.ToHexString(Base64(record.Batch!))));
    }

    [Fact]
    public async Task Records_have_their_batch_and_no_file()
    {
        using (var session = Open())
        {
            var protecting = new ProtectRecordOperation(session, new ProtectRecordOptions { Keks = _bench.Keks("local:a") });
            var token = await protecting.ProtectValueAsync("one", CancellationToken.None);
            await protecting.ProtectValueAsync("two", CancellationToken.None);
            using var opening = new UnprotectRecordOperation(session, new UnprotectRecordOptions());
            await opening.UnprotectValueAsync(token!, CancellationToken.None);
        }
        var records = _audit.Records();
        Assert.Equal(
            [KekOperation.Wrap, KekOperation.Wrap, KekOperation.Wrap, KekOperation.Unwrap, KekOperation.Unwrap],
            records.Select(record => record.Operation));
        Assert.Single(records.Select(record => record.Batch).Distinct(StringComparer.Ordinal));
        Assert.All(records, record => Assert.Equal((true, true), (record.File is null, record.Batch is not null)));
    }

    [Fact]
    public async Task Nothing_is_done_when_the_log_cannot_be_written()
    {
        var source = _bench.Source();
        Directory.CreateDirectory(_audit.Log);
        using var session = Open();
        await _bench.RefusesAsync(
            EnvelopeError.KekUseRefused,
            source,
            () => ProtectAsync(session, source, "x.evc", new ProtectOptions { Keks = _bench.Keks("local:a") }));
    }

    [Fact]
    public async Task No_key_stands_in_the_log()
    {
        var dataKeys = new List<byte[]>();
        using (var session = Open(chain: "service:audit"))
        {
            var keks = await session.OpenAsync(_bench.Keks("local:a", "service:b"), CancellationToken.None);
            for (var i = 0; i < 5; i++)
            {
                var (dataKey, _) = await session.GenerateAsync(keks, AuditBench.Context, "/x", CancellationToken.None);
                using (dataKey)
                    dataKeys.Add(dataKey.Span.ToArray());
            }
        }
        var text = await File.ReadAllTextAsync(_audit.Log, TestContext.Current.CancellationToken);
        Assert.All(dataKeys, key =>
        {
            Assert.DoesNotContain(Convert.ToHexString(key), text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(
                Convert.ToBase64String(key).TrimEnd('=').Replace('+', '-').Replace('/', '_'), text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Filter_takes_kek_operation_outcome_file_and_time()
    {
        var source = _bench.Source();
        using (var session = Open())
        {
            await ProtectAsync(session, source, "x.evc", new ProtectOptions { Keks = _bench.Keks("local:a", "local:b") });
            await UnprotectAsync(session, _bench.Folder["x.evc"]);
        }
        Assert.Equal(4, Count(new AuditFilter { Keks = ["local:a"] })); // its version's use too
        Assert.Equal(2, Count(new AuditFilter { Keks = ["local:b"] }));
        Assert.Equal(2, Count(new AuditFilter { Operations = [KekOperation.Unwrap] }));
        Assert.Equal(3, Count(new AuditFilter { Outcomes = [AuditOutcome.Done] }));
        Assert.Equal(4, Count(new AuditFilter { Paths = [new WildcardPattern("*.bin")] }));
        Assert.Equal(2, Count(new AuditFilter { Paths = [new WildcardPattern("*/x.evc")] }));
        Assert.Equal(0, Count(new AuditFilter { Until = _audit.Time.Now.AddHours(-1) }));
        Assert.Equal(6, Count(new AuditFilter { Since = _audit.Time.Now.AddHours(-1), Until = _audit.Time.Now.AddHours(1) }));
    }

    [Fact]
    public async Task Lines_that_are_none_are_told_of_once_for_a_file_and_the_others_are_read()
    {
        await _audit.WriteAsync(2);
        var lines = _audit.Lines();
        _audit.SetLines([.. lines[..2], "rubbish", "{}", .. lines[2..]]);
        var failures = new List<EnvelopeException>();
        var records = AuditReading.Read(_audit.Log, failures.Add, TestContext.Current.CancellationToken).ToList();
        Assert.Equal(4, records.Count);
        Assert.Equal((EnvelopeError.AuditLogDamaged, _audit.Log), (Assert.Single(failures).Error, failures[0].Path));
    }

    private static byte[] Base64(string text) => Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/') + "==");

    private int Count(AuditFilter filter) => _audit.Records(filter).Length;

    private KekSession Open(string? allowed = null, string? chain = null) =>
        _bench.OpenSession(allowed is null ? null : [allowed], _audit.OpenObserver(chain));

    private Task<FileResult> ProtectAsync(KekSession session, string source, string name, ProtectOptions options) =>
        _bench.Protecting(options, session: session).ProtectFileAsync(source, _bench.Folder[name], progress: null, CancellationToken.None);

    private Task<FileResult> UnprotectAsync(KekSession session, string envelope) =>
        _bench.Unprotecting(session: session).UnprotectFileAsync(envelope, _bench.Folder["back"], progress: null, CancellationToken.None);
}
