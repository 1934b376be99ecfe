using System.Globalization;
using EnvelopeCrypto.Disk;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Audit;

/// <summary>Reads what a log says, the oldest line first, without proving any of it: that needs <see cref="AuditVerification"/>.</summary>
internal static class AuditReading
{
    // A line that is none takes longer than one of ours. A file with so many is none of a log.
    private const long MostBad = 10_000;

    /// <summary>The records, as they are read.</summary>
    /// <param name="log">The log.</param>
    /// <param name="failed">Told, once for each file, of lines that are none: AuditLogDamaged.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="EnvelopeException">SourceNotFound, SourceUnreadable, AuditLogUnusable.</exception>
    public static IEnumerable<AuditRecord> Read(string log, Action<EnvelopeException> failed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(failed);
        return ReadAll(Path.GetFullPath(log), failed, cancellationToken);
    }

    private static IEnumerable<AuditRecord> ReadAll(string log, Action<EnvelopeException> failed, CancellationToken cancellationToken)
    {
        using var files = AuditFileSet.Open(log);
        for (var i = 0; i < files.Paths.Count; i++)
        {
            using var file = Opened(files, i);
            var lines = new AuditLineReader(file);
            var (bad, firstBad) = (0L, 0L);
            while (bad < MostBad && Next(lines, files.Paths[i]))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (i == files.Paths.Count - 1 && lines is { EndsWithNewline: false, IsTooLong: false })
                    break; // somebody may be writing it at this moment; whether it is torn, a verification says
                if (TryParse(lines) is not { } line)
                    firstBad = bad++ == 0 ? lines.Line : firstBad;
                else if (line.Record is { } record)
                    yield return record;
            }
            if (bad > 0)
            {
                var rest = bad < MostBad
                    ? ""
                    : $" What stands after line {lines.Line.ToString(CultureInfo.InvariantCulture)} was passed over.";
                var reason = string.Create(
                    CultureInfo.InvariantCulture,
                    $"it has lines that are none of an audit log: {bad}, the first is line {firstBad}.{rest}");
                failed(new EnvelopeException(EnvelopeError.AuditLogDamaged, reason).About(files.Paths[i]));
            }
        }
    }

    private static SafeFileHandle Opened(AuditFileSet files, int index) => OrReading(files.Paths[index], () => files.OpenFile(index));

    private static bool Next(AuditLineReader lines, string path) => OrReading(path, lines.Read);

    private static T OrReading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Reading(path, failure);
        }
    }

    private static AuditLine? TryParse(AuditLineReader lines)
    {
        try
        {
            return lines.EndsWithNewline ? AuditLine.Parse(lines.Text) : null;
        }
        catch (EnvelopeException)
        {
            return null;
        }
    }
}
