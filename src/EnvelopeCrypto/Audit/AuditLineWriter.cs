using System.Globalization;
using System.Text;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Audit;

/// <summary>
/// Writes what a line says: its members between those of the chain, in the order that docs/audit.md fixes. <see cref="AuditChain"/>
/// puts the number and the hashes around it.
/// </summary>
internal static class AuditLineWriter
{
    public const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static byte[] Write(AuditHeader header)
    {
        var json = Begin("log", header.Time);
        json.Name("version").Integer(1).Name("log").Bytes(header.Log).Name("alg").String(header.Algorithm);
        if (header.Recipient is not null)
            header.Recipient.WriteTo(json.Name("recipient"));
        if (header.Continues is not null)
            json.Name("continues").String(header.Continues);
        return End(json, header.Source);
    }

    public static byte[] Write(AuditTorn torn)
    {
        var json = Begin("torn", torn.Time);
        json.Name("length").Integer(torn.Length).Name("bytes").Bytes(torn.Bytes);
        return End(json, torn.Source);
    }

    public static byte[] Write(AuditRecord record)
    {
        var json = Begin("use", record.Time);
        json.Name("run").String(record.Run);
        if (record.Intent is { } intent)
            json.Name("intent").Integer(intent);
        json.Name("operation").String(record.Operation.ToString()).Name("kek").String(Sound(record.Kek));
        if (record.File is not null)
            json.Name("file").String(Sound(record.File, AuditLimits.MaxPathLength));
        if (record.Batch is not null)
            json.Name("batch").String(record.Batch);
        record.Context.WriteTo(json.Name("context"));
        if (record.Shared)
            json.Name("shared").Raw("true"u8);
        json.Name("outcome").String(record.Outcome.ToString());
        if (record.Error is not null)
            json.Name("error").String(record.Error);
        if (record.Duration is { } duration)
            json.Name("duration_us").Integer(duration.Ticks / TimeSpan.TicksPerMicrosecond);
        return End(json, new AuditSource(record.User, record.Host, record.Process));
    }

    private static CanonicalJsonWriter Begin(string type, DateTimeOffset time) => new CanonicalJsonWriter()
        .BeginObject().Name("type").String(type).Name("time").String(time.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture));

    private static byte[] End(CanonicalJsonWriter json, AuditSource source)
    {
        json.Name("user").String(Sound(source.User)).Name("host").String(Sound(source.Host)).Name("process").Integer(source.Process)
            .EndObject();
        return json.Written[1..^1].ToArray(); // without the braces
    }

    // On Windows a name can hold half a character, which no UTF-8 can say; the use must not fail over that. What no reader would take
    // must not be written, or the log could not be gone on from.
    private static string Sound(string text, int most = AuditLimits.MaxTextLength) => text.Length <= most
        ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))
        : throw new EnvelopeException(EnvelopeError.AuditLogUnusable, $"a text for it has more than {most} characters.");
}
