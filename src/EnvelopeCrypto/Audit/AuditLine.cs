using System.Globalization;
using System.Text.Json;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Audit;

/// <summary>A line of the log that was read. One of header, record and torn is there.</summary>
internal sealed record AuditLine
{
    private const string What = "line of the audit log";

    public required long Number { get; init; }

    /// <summary>The hash of the line before, 32 bytes.</summary>
    public required byte[] Previous { get; init; }

    /// <summary>Its own hash as it claims it, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    public AuditHeader? Header { get; init; }

    public AuditRecord? Record { get; init; }

    public AuditTorn? Torn { get; init; }

    /// <summary>Reads one line. Whatever the writer would not have written is refused.</summary>
    /// <param name="text">The line without its newline.</param>
    /// <exception cref="EnvelopeException">HeaderInvalid.</exception>
    public static AuditLine Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = FormatLimits.MaxJsonDepth });
            var line = Read(JsonElement.ParseValue(ref reader));
            var number = line.Number;
            return AuditChain.Spell(number, line.Previous, line.Content(), line.Hash).AsSpan().SequenceEqual(text)
                ? line
                : throw CanonicalJson.Invalid(What, "is not in canonical form");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw CanonicalJson.Invalid(What, "is not sound JSON", failure);
        }
    }

    public byte[] Content() => Header is not null ? AuditLineWriter.Write(Header)
        : Torn is not null ? AuditLineWriter.Write(Torn)
        : AuditLineWriter.Write(Record!);

    private static AuditLine Read(JsonElement element)
    {
        var members = new JsonMembers(element, What);
        var number = members.Integer("seq", 1, FormatLimits.MaxInteger);
        var previous = members.Bytes("prev", AuditLimits.HashSize, AuditLimits.HashSize);
        var type = members.String("type");
        var time = Time(members.String("time"));
        AuditHeader? header = null;
        AuditRecord? record = null;
        AuditTorn? torn = null;
        switch (type)
        {
            case "log":
                header = ReadHeader(ref members, time);
                break;
            case "use":
                record = ReadRecord(ref members, time) with { Number = number };
                break;
            case "torn":
                var length = members.Integer("length", 1, AuditLimits.MaxTorn);
                torn = new AuditTorn(time, length, members.Bytes("bytes", 1, AuditLimits.MaxTornKept), ReadSource(ref members));
                break;
            default:
                throw CanonicalJson.Invalid(What, "is of a type that does not exist");
        }
        var line = new AuditLine
        {
            Number = number,
            Previous = previous,
            Header = header,
            Record = record,
            Torn = torn,
            Hash = members.Bytes("hash", AuditLimits.HashSize, AuditLimits.HashSize),
        };
        members.End();
        return line;
    }

    private static AuditHeader ReadHeader(ref JsonMembers members, DateTimeOffset time)
    {
        members.Integer("version", 1, 1);
        var log = members.Bytes("log", AuditLimits.IdSize, AuditLimits.IdSize);
        var isKeyed = members.String("alg") switch
        {
            AuditHeader.Plain => false,
            AuditHeader.Keyed => true,
            _ => throw CanonicalJson.Invalid(What, "has an 'alg' that is not known"),
        };
        return new AuditHeader
        {
            Time = time,
            Log = log,
            Recipient = isKeyed ? Recipient.Parse(members.Take("recipient", JsonValueKind.Object)) : null,
            Continues = members.Has("continues") ? Text(ref members, "continues") : null,
            Source = ReadSource(ref members),
        };
    }

    private static AuditRecord ReadRecord(ref JsonMembers members, DateTimeOffset time)
    {
        var run = members.String("run");
        RequireId(run);
        long? intent = members.Has("intent") ? members.Integer("intent", 1, FormatLimits.MaxInteger) : null;
        var operation = Word<KekOperation>(members.String("operation"));
        var kek = Text(ref members, "kek");
        var file = members.Has("file") ? Text(ref members, "file", AuditLimits.MaxPathLength) : null;
        var batch = members.Has("batch") ? members.String("batch") : null;
        if (batch is not null)
            RequireId(batch);
        var context = EncryptionContext.Parse(members.Take("context", JsonValueKind.Object));
        var shared = members.Has("shared") && members.Take("shared", JsonValueKind.True).GetBoolean();
        var outcome = Word<AuditOutcome>(members.String("outcome"));
        var error = members.Has("error") ? Word<EnvelopeError>(members.String("error")).ToString() : null;
        TimeSpan? duration = members.Has("duration_us")
            ? TimeSpan.FromTicks(checked(members.Integer("duration_us", 0, FormatLimits.MaxInteger) * TimeSpan.TicksPerMicrosecond))
            : null;
        var source = ReadSource(ref members);
        if (error is not null != outcome is AuditOutcome.Failed or AuditOutcome.Refused)
            throw CanonicalJson.Invalid(What, "has an 'error' that does not fit its 'outcome'");
        return new AuditRecord
        {
            Time = time,
            Run = run,
            Intent = intent,
            Operation = operation,
            Kek = kek,
            File = file,
            Batch = batch,
            Context = context,
            Shared = shared,
            Outcome = outcome,
            Error = error,
            Duration = duration,
            User = source.User,
            Host = source.Host,
            Process = source.Process,
        };
    }

    private static AuditSource ReadSource(ref JsonMembers members) =>
        new(Text(ref members, "user"), Text(ref members, "host"), (int)members.Integer("process", 0, int.MaxValue));

    private static string Text(ref JsonMembers members, string name, int most = AuditLimits.MaxTextLength) =>
        members.String(name) is var text && text.Length <= most
            ? text
            : throw CanonicalJson.Invalid(What, $"has a '{name}' that is too long");

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.ParseExact(text, AuditLineWriter.TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    // By name alone: Enum.Parse takes numbers too, and names in any case. What it makes is written again and compared.
    private static T Word<T>(string text)
        where T : struct, Enum =>
            Enum.TryParse<T>(text, out var value) && Enum.IsDefined(value)
                ? value
                : throw CanonicalJson.Invalid(What, "has a word that is not known");

    private static void RequireId(string text)
    {
        if (text.Length > 2 * AuditLimits.IdSize || !Base64UrlText.TryDecode(text, out var bytes) || bytes.Length != AuditLimits.IdSize)
            throw CanonicalJson.Invalid(What, "has an id that is not 16 bytes");
    }
}
