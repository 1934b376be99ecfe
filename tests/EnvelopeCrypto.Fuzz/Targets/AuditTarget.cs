using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Fuzz.Targets;

/// <summary>Lines of an audit log: each line of the input on its own, as a reader of the log takes them.</summary>
internal sealed class AuditTarget() : FuzzTarget("audit", EnvelopeError.HeaderInvalid, EnvelopeError.ContextInvalid)
{
    private static readonly DateTimeOffset Time = new(2026, 11, 21, 17, 0, 0, 500, TimeSpan.Zero);
    private static AuditSource Source => new("user", "host", 17);

    public override IEnumerable<byte[]> Seeds()
    {
        var header = new AuditHeader { Time = Time, Log = new byte[AuditLimits.IdSize], Source = Source };
        yield return Line(AuditLineWriter.Write(header));
        yield return Line(AuditLineWriter.Write(header with { Recipient = SeedRecipients.Lists[0][0], Continues = "audit.log.1" }));
        yield return Line(AuditLineWriter.Write(new AuditTorn(Time, 3, [1, 2, 3], Source)));
        var record = new AuditRecord
        {
            Number = 1,
            Time = Time,
            Run = "AAAAAAAAAAAAAAAAAAAAAA",
            Operation = KekOperation.Unwrap,
            Kek = "local:default",
            Context = EncryptionContext.Create([new("purpose", "fuzz")]),
            Outcome = AuditOutcome.Started,
            User = "user",
            Host = "host",
            Process = 17,
        };
        yield return Line(AuditLineWriter.Write(record));
        yield return Line(AuditLineWriter.Write(record with
        {
            Intent = 1,
            File = "/vault/\u00e9\n\".evc",
            Batch = "AAAAAAAAAAAAAAAAAAAAAA",
            Shared = true,
            Outcome = AuditOutcome.Failed,
            Error = nameof(EnvelopeError.AccessDenied),
            Duration = TimeSpan.FromMilliseconds(1.5),
        }));
    }

    protected override bool Parse(ReadOnlySpan<byte> input)
    {
        var lines = 0;
        while (true)
        {
            var end = input.IndexOf((byte)'\n');
            ParseLine(end < 0 ? input : input[..end]);
            lines++;
            if (end < 0 || end == input.Length - 1)
                return lines > 0;
            input = input[(end + 1)..];
        }
    }

    private static void ParseLine(ReadOnlySpan<byte> text)
    {
        var line = AuditLine.Parse(text);
        RequireSame(text, AuditChain.Spell(line.Number, line.Previous, line.Content(), line.Hash), "line");
        var kinds = (line.Header is null ? 0 : 1) + (line.Record is null ? 0 : 1) + (line.Torn is null ? 0 : 1);
        Require(kinds == 1, "A line is not of one kind.");
        Require(line.Record is null || line.Record.Number == line.Number, "A record has another number than its line.");
    }

    private static byte[] Line(byte[] content) =>
        AuditChain.Spell(1, new byte[AuditLimits.HashSize], content, new byte[AuditLimits.HashSize]);
}
