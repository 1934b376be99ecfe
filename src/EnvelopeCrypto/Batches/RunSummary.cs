using System.Diagnostics;
using System.Text.Json;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Batches;

/// <summary>How many files of a run became what, and which failed: for monitoring. The members are in docs/operations.md.</summary>
internal sealed class RunSummary(string command, TimeProvider time)
{
    /// <summary>More failures than this are counted only.</summary>
    public const int MaxFailures = 1000;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<(string? Path, EnvelopeException Failure)> _failures = [];

    public DateTimeOffset Started { get; } = time.GetUtcNow();

    public TimeSpan Duration => _clock.Elapsed;

    public long Protected { get; private set; }

    public long Unprotected { get; private set; }

    public long Rewrapped { get; private set; }

    /// <summary>Files that were read only and are sound.</summary>
    public long Read { get; private set; }

    public long Unchanged { get; private set; }

    /// <summary>Files that were skipped or left out.</summary>
    public long Skipped { get; private set; }

    /// <summary>Files that failed, those not tried among them.</summary>
    public long Failed { get; private set; }

    /// <summary>Bytes of plaintext in the files that were protected, unprotected or read.</summary>
    public long Bytes { get; private set; }

    public void Count<TResult>(BatchOutcome<TResult> outcome)
        where TResult : class
    {
        if (outcome.Failure is { } failure)
            Fail(outcome.Path, failure);
        else if (outcome.LeftOut is not null)
            Skipped++;
        else if (outcome.Result is FileResult result)
            Count(result);
        else if (outcome.Result is VerifyResult { Valid: false } bad)
            Fail(bad.SourcePath, new EnvelopeException(bad.Error ?? EnvelopeError.BodyDamaged, bad.Reason ?? ""));
        else
        {
            Read++;
            Bytes += (outcome.Result as VerifyResult)?.Length ?? 0;
        }
    }

    /// <summary>Counts a failure.</summary>
    /// <param name="path">The file; null where the whole run failed.</param>
    /// <param name="failure">Why.</param>
    public void Fail(string? path, EnvelopeException failure)
    {
        Failed += path is null ? 0 : 1;
        if (_failures.Count < MaxFailures)
            _failures.Add((path, failure));
    }

    /// <summary>That the summary's folder is there, before the work.</summary>
    /// <exception cref="EnvelopeException">OutputFailed.</exception>
    public static void RequireFolder(string path)
    {
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            throw new EnvelopeException(EnvelopeError.OutputFailed, "there is no such folder for the summary.").About(path);
    }

    /// <summary>Writes it as JSON, whole or not at all; one that is there is replaced.</summary>
    /// <exception cref="EnvelopeException">OutputFailed, DiskFull and the like.</exception>
    public void WriteTo(string path)
    {
        using var output = OutputFile.Create(FileSystem.Default, Path.GetFullPath(path), replace: true);
        output.Write(ToJson());
        output.Publish(modified: null, mode: null, flush: true);
    }

    internal byte[] ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("format", 1);
            json.WriteString("command", command);
            json.WriteString("started", Started);
            json.WriteNumber("seconds", Math.Round(Duration.TotalSeconds, 3));
            json.WriteBoolean("succeeded", _failures.Count == 0);
            foreach (var (name, value) in Counts())
                json.WriteNumber(name, value);
            json.WriteStartArray("failures");
            foreach (var (path, failure) in _failures)
            {
                json.WriteStartObject();
                json.WriteString("path", path);
                json.WriteString("error", failure.Error.ToString());
                json.WriteString("reason", failure.Reason);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return [.. buffer.ToArray(), (byte)'\n'];
    }

    private (string Name, long Value)[] Counts() =>
    [
        ("protected", Protected), ("unprotected", Unprotected), ("rewrapped", Rewrapped), ("read", Read),
        ("unchanged", Unchanged), ("skipped", Skipped), ("failed", Failed), ("bytes", Bytes),
    ];

    private void Count(FileResult result)
    {
        switch (result.Status)
        {
            case FileOutcome.Protected:
                Protected++;
                Bytes += result.Length ?? 0;
                break;
            case FileOutcome.Unprotected:
                Unprotected++;
                Bytes += result.Length ?? 0;
                break;
            case FileOutcome.Unchanged:
                Unchanged++;
                break;
            case FileOutcome.Skipped:
                Skipped++;
                break;
            default:
                Rewrapped++;
                break;
        }
    }
}
