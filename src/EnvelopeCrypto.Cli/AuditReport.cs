using System.Globalization;
using System.Text.Json.Nodes;
using EnvelopeCrypto.Audit;

namespace EnvelopeCrypto.Cli;

/// <summary>Records and verdicts of an audit log as lines and as JSON.</summary>
internal static class AuditReport
{
    /// <param name="report">Where to.</param>
    /// <param name="verdict">What was found.</param>
    /// <param name="given">The log as it was named.</param>
    public static void Show(Report report, AuditVerdict verdict, string given)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"count {verdict.Count}  head {verdict.Head}");
        if (verdict.Valid)
        {
            var chain = verdict.Keyed ? $"keyed by {verdict.Kek}" : "plain chain";
            var from = verdict.First == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"  begins at line {verdict.First}");
            var torn = verdict.Torn == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"  {verdict.Torn} torn");
            report.Result(
                $"Valid  {GivenPath.Of(verdict.Log, given)}  {head}  {chain}{from}{torn}", () => Json(verdict));
            return;
        }
        var place = verdict.FaultFile ?? verdict.Log;
        var line = verdict.FaultLine is { } number ? string.Create(CultureInfo.InvariantCulture, $"line {number}: ") : "";
        report.Failure(
            EnvelopeError.AuditLogDamaged,
            GivenPath.Of(place, given),
            $"{line}{verdict.Fault}: {verdict.Reason}. Sound up to {head}.",
            () => Json(verdict));
    }

    public static void Show(Report report, AuditRecord record)
    {
        var subject = record.File is null ? "" : $"  {record.File}";
        var error = record.Error is null ? "" : $" {record.Error}";
        var duration = record.Duration is { } took
            ? string.Create(CultureInfo.InvariantCulture, $"  {took.TotalMilliseconds:0.0##} ms")
            : "";
        var shared = record.Shared ? "  shared" : "";
        report.Result(
            $"{Time(record.Time)}  {record.Operation} {record.Outcome}{error}  {record.Kek}{subject}{shared}{duration}  "
            + $"{record.User}@{record.Host}  process {record.Process}",
            () => Json(record));
    }

    private static JsonObject Json(AuditVerdict verdict) => new()
    {
        ["valid"] = verdict.Valid,
        ["log"] = verdict.Log,
        ["id"] = verdict.Id,
        ["first"] = verdict.First,
        ["count"] = verdict.Count,
        ["head"] = verdict.Head,
        ["keyed"] = verdict.Keyed,
        ["kek"] = verdict.Kek,
        ["torn"] = verdict.Torn,
        ["lastTime"] = verdict.LastTime is { } time ? Time(time) : null,
        ["files"] = Report.List(verdict.Files),
        ["fault"] = verdict.Fault?.ToString(),
        ["faultFile"] = verdict.FaultFile,
        ["faultLine"] = verdict.FaultLine,
        ["reason"] = verdict.Reason,
    };

    private static JsonObject Json(AuditRecord record) => new()
    {
        ["number"] = record.Number,
        ["time"] = Time(record.Time),
        ["operation"] = record.Operation.ToString(),
        ["outcome"] = record.Outcome.ToString(),
        ["error"] = record.Error,
        ["kek"] = record.Kek,
        ["file"] = record.File,
        ["batch"] = record.Batch,
        ["context"] = new JsonObject(record.Context.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["shared"] = record.Shared,
        ["durationMicroseconds"] = record.Duration is { } duration ? duration.Ticks / TimeSpan.TicksPerMicrosecond : null,
        ["intent"] = record.Intent,
        ["user"] = record.User,
        ["host"] = record.Host,
        ["process"] = record.Process,
        ["run"] = record.Run,
    };

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
