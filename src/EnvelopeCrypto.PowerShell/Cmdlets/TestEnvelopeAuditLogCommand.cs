using System.Management.Automation;
using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// Proves an audit log and the files that it was rotated into: each line is as it was written, and none is missing between two others.
/// A plain chain proves that only to someone who kept a head elsewhere; one under a KEK proves it against anyone who may not use that KEK.
/// That the end was not cut off needs -ExpectedHead or -ExpectedCount in either case.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "EnvelopeAuditLog", HelpUri = HelpPages.TestEnvelopeAuditLog)]
[OutputType(typeof(AuditVerdict), typeof(bool))]
public sealed class TestEnvelopeAuditLogCommand : PassphraseCmdlet
{
    /// <summary>The log; else that of $env:ENVELOPECRYPTO_AUDIT_LOG.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public override string? AuditLog { get; set; }

    /// <summary>
    /// The KEK that the chain must be under; else that of $env:ENVELOPECRYPTO_AUDIT_KEK. With neither, a plain chain is good enough.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string? Kek { get; set; }

    /// <summary>The head that the log is known to have had.</summary>
    [Parameter]
    [ValidatePattern("^[A-Za-z0-9_-]{43}$")]
    public string? ExpectedHead { get; set; }

    /// <summary>How many lines the log is known to have had; with -ExpectedHead, that the head was then.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? ExpectedCount { get; set; }

    /// <summary>
    /// Send head and count to syslog, on Windows to the Event Log; of a log that is not sound, those of its sound beginning.
    /// </summary>
    [Parameter]
    public SwitchParameter SendHead { get; set; }

    /// <summary>Where syslog listens, if not at /dev/log.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SyslogSocket { get; set; }

    /// <summary>Only whether it is valid.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() => OrThrow(() =>
    {
        using var verification = new AuditVerification(Kek is null ? null : KekReference.Parse(Kek), SessionOptions)
        {
            ExpectedHead = ExpectedHead,
            ExpectedCount = ExpectedCount,
        };
        var verdict = verification.VerifyAsync(AuditLogs.Named(AuditLogPath), Stop).GetAwaiter().GetResult();
        WriteSaid();
        if (SendHead)
            Attempt(verdict.Log, () => SystemLog.SendHead(verdict, SyslogSocket is null ? null : Resolve(SyslogSocket)));
        Write(Quiet ? verdict.Valid : verdict);
    });
}
