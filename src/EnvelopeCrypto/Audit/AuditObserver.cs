using System.Collections.Concurrent;
using System.Security.Cryptography;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Calls;

namespace EnvelopeCrypto.Audit;

/// <summary>
/// Writes every use of a KEK into the audit log: the intent before it, what became of it after, and each refusal. A data key that
/// serves one more file gets one line, before it is handed out.
/// </summary>
internal sealed class AuditObserver(AuditLog log, TimeProvider time) : IKekUseObserver, IDisposable
{
    private readonly string _run = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(AuditLimits.IdSize));

    // By the object, not by what it says: the same use can be made twice at once.
    private readonly ConcurrentDictionary<KekUse, long> _intents = new(ReferenceEqualityComparer.Instance);

    public async ValueTask OnStartingAsync(KekUse use, CancellationToken cancellationToken)
    {
        if (!use.IsShared)
            _intents[use] = await AppendAsync(use, AuditOutcome.Started, cancellationToken: cancellationToken);
    }

    public async ValueTask OnFinishedAsync(KekUse use, TimeSpan duration, Exception? failure, CancellationToken cancellationToken)
    {
        var outcome = failure switch
        {
            null => AuditOutcome.Done,
            OperationCanceledException => AuditOutcome.Stopped,
            _ => AuditOutcome.Failed,
        };
        await AppendAsync(use, outcome, outcome == AuditOutcome.Failed ? failure : null, duration, cancellationToken);
    }

    public async ValueTask OnRefusedAsync(KekUse use, EnvelopeException reason, CancellationToken cancellationToken) =>
        await AppendAsync(use, AuditOutcome.Refused, reason, cancellationToken: cancellationToken);

    public void Dispose() => log.Dispose();

    private ValueTask<long> AppendAsync(
        KekUse use,
        AuditOutcome outcome,
        Exception? failure = null,
        TimeSpan? duration = null,
        CancellationToken cancellationToken = default)
    {
        var record = new AuditRecord
        {
            Time = time.GetUtcNow(),
            Run = _run,
            Intent = duration is not null && _intents.TryRemove(use, out var intent) ? intent : null,
            Operation = use.Operation,
            Kek = use.Name,
            File = use.Path is null or "-" ? use.Path : Path.GetFullPath(use.Path),
            Batch = use.Batch,
            Context = use.Context,
            Shared = use.IsShared,
            Outcome = outcome,
            Error = failure is null ? null : ((failure as EnvelopeException)?.Error ?? EnvelopeError.Unexpected).ToString(),
            Duration = duration,
            User = AuditSource.Here.User,
            Host = AuditSource.Here.Host,
            Process = AuditSource.Here.Process,
        };
        return log.AppendAsync(AuditLineWriter.Write(record), cancellationToken);
    }
}
