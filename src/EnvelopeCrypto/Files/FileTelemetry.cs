using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EnvelopeCrypto.Files;

/// <summary>An activity, a duration and bytes for each file that is worked on.</summary>
internal static class FileTelemetry
{
    private const string OperationName = "envelopecrypto.file.operation";

    private static readonly Histogram<double> Duration =
        Telemetry.Meter.CreateHistogram<double>("envelopecrypto.file.operation.duration", "s", "Duration of the work on files.");

    private static readonly Counter<long> Files =
        Telemetry.Meter.CreateCounter<long>("envelopecrypto.files", "{file}", "Files that were worked on.");

    private static readonly Counter<long> Plaintext =
        Telemetry.Meter.CreateCounter<long>(
            "envelopecrypto.file.plaintext", "By", "Bytes of plaintext that were encrypted, decrypted or verified.");

    /// <summary>Works on a file.</summary>
    /// <param name="operation">protect, unprotect, rewrap or verify.</param>
    /// <param name="path">The input.</param>
    /// <param name="work">The work.</param>
    /// <param name="length">Bytes of plaintext that went through; null for none.</param>
    /// <param name="error">Why a result tells of a failure; null when it tells of none.</param>
    public static Task<T> WorkAsync<T>(
        string operation, string path, Func<Task<T>> work, Func<T, long?> length, Func<T, EnvelopeError?>? error = null) =>
        Telemetry.Source.HasListeners() || Duration.Enabled || Files.Enabled || Plaintext.Enabled
            ? SeenAsync(operation, path, work, length, error)
            : work();

    private static async Task<T> SeenAsync<T>(
        string operation, string path, Func<Task<T>> work, Func<T, long?> length, Func<T, EnvelopeError?>? error)
    {
        var tags = new TagList { { OperationName, operation } };
        using var activity = Telemetry.Source.StartActivity($"file {operation}");
        activity?.SetTag(OperationName, operation).SetTag(Telemetry.FilePath, path);
        var start = Stopwatch.GetTimestamp();
        try
        {
            var result = await work();
            if (error?.Invoke(result) is { } id)
                Telemetry.Fail(activity, id.ToString(), ref tags);
            else if (length(result) is { } bytes)
                Plaintext.Add(bytes, tags);
            return result;
        }
        catch (Exception failure)
        {
            Telemetry.Fail(activity, failure, ref tags);
            throw;
        }
        finally
        {
            Files.Add(1, tags);
            Duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tags);
        }
    }
}
