using System.Management.Automation;
using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Reads what an audit log says; needs no key. Only Test-EnvelopeAuditLog proves it.</summary>
[Cmdlet(VerbsCommon.Get, "EnvelopeAuditRecord", HelpUri = HelpPages.GetEnvelopeAuditRecord)]
[OutputType(typeof(AuditRecord))]
public sealed class GetEnvelopeAuditRecordCommand : EnvelopeCmdlet
{
    /// <summary>The log; else that of $env:ENVELOPECRYPTO_AUDIT_LOG.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? AuditLog { get; set; }

    /// <summary>KEKs in canonical form, or patterns with *. Without a version all of a KEK's versions are meant.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] Kek { get; set; } = [];

    /// <summary>From this time on.</summary>
    [Parameter]
    public DateTime? Since { get; set; }

    /// <summary>Before this time.</summary>
    [Parameter]
    public DateTime? Until { get; set; }

    /// <summary>What was done.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public KekOperation[] Operation { get; set; } = [];

    /// <summary>What became of it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public AuditOutcome[] Outcome { get; set; } = [];

    /// <summary>Names of files, with wildcards; with a separator the whole path.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] File { get; set; } = [];

    /// <inheritdoc/>
    protected override void EndProcessing() => OrThrow(() =>
    {
        var filter = new AuditFilter
        {
            Keks = Kek,
            Since = Since is { } since ? new DateTimeOffset(since) : null,
            Until = Until is { } until ? new DateTimeOffset(until) : null,
            Operations = Operation,
            Outcomes = Outcome,
            Paths = [.. File.Select(pattern => new Primitives.WildcardPattern(pattern))],
        };
        var log = AuditLogs.Named(AuditLog is null ? null : Resolve(AuditLog));
        foreach (var record in AuditReading.Read(log, failure => WriteFailure(failure, failure.Path), Stop).Where(filter.Matches))
            Write(record);
    });
}
