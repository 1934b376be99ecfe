using System.CommandLine;
using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Cli;

/// <summary><c>envelope audit</c>: what the log of the use of KEKs says, and whether it is as it was written.</summary>
internal static class AuditCommand
{
    private static readonly Argument<string?> Log = new("log")
    {
        Description = "The audit log. Default: $ENVELOPECRYPTO_AUDIT_LOG.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> ChainKek = new("--kek")
    {
        Description = "KEK that the log's chain must be under. Default: $ENVELOPECRYPTO_AUDIT_KEK; with neither, a plain chain will do.",
        HelpName = "REFERENCE",
    };
    private static readonly Option<string?> ExpectedHead = new("--expected-head")
    {
        Description = "Head that the log is known to have had.",
        HelpName = "HASH",
    };
    private static readonly Option<long?> ExpectedCount = Options.Number(
        "--expected-count", "Lines that the log is known to have had; with --expected-head, when it had that.", "LINES", min: 1);
    private static readonly Option<bool> SendHead = new("--send-head")
    {
        Description = "Send head and count to syslog, on Windows to the Event Log.",
    };
    private static readonly Option<string?> SyslogSocket = new("--syslog-socket")
    {
        Description = $"Where syslog listens, if not at {SystemLog.UsualSocket}.",
        HelpName = "PATH",
    };

    private static readonly Option<string[]> Kek = Options.Many(
        "--kek", "Only what was done with this KEK, or a pattern with *; may be repeated.", "REFERENCE");
    private static readonly Option<string?> Since = new("--since")
    {
        Description = "From that day or time on (local time, unless an offset or Z is given).",
        HelpName = "DATE",
    };
    private static readonly Option<string?> Until = new("--until")
    {
        Description = "Before that day or time (local time, unless an offset or Z is given).",
        HelpName = "DATE",
    };
    private static readonly Option<KekOperation[]> Operation = Options.Words<KekOperation>("--operation", "Only this operation");
    private static readonly Option<AuditOutcome[]> Outcome = Options.Words<AuditOutcome>("--outcome", "Only uses with this outcome");
    private static readonly Option<string[]> File = Options.Many(
        "--file", "Only for files of that name, with wildcards; with a separator it is for the whole path; may be repeated.", "PATTERN");

    public static Command Create(CancellationToken stop)
    {
        var verify = new Command(
            "verify",
            "Proves that each line of the log and of the files it was rotated into is as it was written, and prints head and count.")
        {
            Log, ChainKek, ExpectedHead, ExpectedCount, SendHead, SyslogSocket, Options.AllowedKek,
        };
        foreach (var option in new Option[] { Options.PassphraseFile, Options.KeyringPassphraseFile, Options.CertificatePassphraseFile })
            verify.Add(option);
        foreach (var option in Options.Aws)
            verify.Add(option);
        verify.SetAction(parsed => VerifyAsync(parsed, stop));
        var show = new Command("show", "Shows what the log says; needs no key, and proves nothing.")
        {
            Log, Kek, Since, Until, Operation, Outcome, File,
        };
        show.SetAction(parsed => Show(parsed, stop));
        return new Command("audit", "Verifies and shows the audit log that --audit-log or $ENVELOPECRYPTO_AUDIT_LOG starts.")
        {
            verify.WithReport(), show.WithReport(),
        };
    }

    private static async Task<int> VerifyAsync(ParseResult parsed, CancellationToken stop)
    {
        using var run = new Invocation(parsed, dataOnOutput: false, stop);
        using var verification = new AuditVerification(run.Text(ChainKek) is { } kek ? KekReference.Parse(kek) : null, run.SessionOptions())
        {
            ExpectedHead = run.Text(ExpectedHead),
            ExpectedCount = parsed.GetValue(ExpectedCount),
        };
        var log = Named(parsed);
        var verdict = await verification.VerifyAsync(log, stop);
        AuditReport.Show(run.Report, verdict, parsed.GetValue(Log) ?? log);
        if (run.Flag(SendHead))
            SystemLog.SendHead(verdict, run.Text(SyslogSocket));
        return run.Report.AnyFailed ? ExitCode.Failed : ExitCode.Done;
    }

    private static int Show(ParseResult parsed, CancellationToken stop)
    {
        using var run = new Invocation(parsed, dataOnOutput: false, stop);
        var filter = new AuditFilter
        {
            Keks = run.Many(Kek),
            Since = Moment.Parse(run, Since),
            Until = Moment.Parse(run, Until),
            Operations = parsed.GetValue(Operation) ?? [],
            Outcomes = parsed.GetValue(Outcome) ?? [],
            Paths = [.. run.Many(File).Select(pattern => new Primitives.WildcardPattern(pattern))],
        };
        var log = Named(parsed);
        var given = parsed.GetValue(Log) ?? log;
        var records = AuditReading.Read(
            log, failure => run.Report.Failure(failure, failure.Path!, GivenPath.Of(failure.Path!, given)), stop);
        foreach (var record in records.Where(filter.Matches))
            AuditReport.Show(run.Report, record);
        return run.Report.AnyFailed ? ExitCode.Failed : ExitCode.Done;
    }

    private static string Named(ParseResult parsed) =>
        AuditSettings.LogPath(parsed.GetValue(Log)) ?? throw new UsageException($"Name the log, or set {AuditSettings.LogVariable}.");
}
