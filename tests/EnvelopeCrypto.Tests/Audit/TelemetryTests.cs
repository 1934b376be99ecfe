using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Files;
using EnvelopeCrypto.Tests.Keys;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Audit;

/// <summary>
/// What a listener is told of files and of the use of KEKs. It listens to the whole process, so nothing else runs meanwhile.
/// </summary>
[Collection(PassphraseVariables.Name)]
public sealed class TelemetryTests : IDisposable
{
    private readonly FileBench _bench = new();
    private readonly ConcurrentQueue<Activity> _activities = new();
    private readonly ConcurrentQueue<(string Name, string? Unit, Dictionary<string, object?> Tags)> _measured = new();
    private readonly ActivityListener _listener;
    private readonly MeterListener _meters;

    public TelemetryTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "EnvelopeCrypto",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _activities.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
        _meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "EnvelopeCrypto")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        _meters.SetMeasurementEventCallback<double>(Measure);
        _meters.SetMeasurementEventCallback<long>(Measure);
        _meters.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meters.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public async Task File_and_the_use_of_its_kek_are_one_activity_within_the_other()
    {
        var source = _bench.Source();
        await _bench.ProtectAsync(source, _bench.Folder["x.evc"], "local:a");
        var file = Assert.Single(
            _activities, activity => activity.OperationName == "file protect" && Equals(activity.GetTagItem("file.path"), source));
        var use = Assert.Single(_activities, activity => activity.ParentSpanId == file.SpanId);
        Assert.Equal("kek wrap", use.OperationName);
        Assert.Equal(
            ("wrap", "local", "local:a", source),
            (use.GetTagItem("envelopecrypto.kek.operation"), use.GetTagItem("envelopecrypto.kek.kind"), use.GetTagItem("envelopecrypto.kek.id"), use.GetTagItem("file.path")));
        Assert.Equal(ActivityStatusCode.Unset, file.Status);
    }

    [Fact]
    public async Task Failure_is_told_by_its_error_id_alone()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(10), "service:a");
        _bench.Service.RefusesUnwrap = true;
        await Refused.AsAsync(EnvelopeError.KekNotAllowed, () => _bench.UnprotectAsync(envelope, _bench.Folder["y"]));
        foreach (var activity in _activities.Where(activity => Equals(activity.GetTagItem("file.path"), envelope)))
        {
            Assert.Equal((ActivityStatusCode.Error, "KekNotAllowed"), (activity.Status, activity.GetTagItem("error.type")));
            Assert.Null(activity.StatusDescription);
        }
        Assert.Contains(_measured, measured => measured.Name == "envelopecrypto.kek.use.duration" && Equals(measured.Tags.GetValueOrDefault("error.type"), "KekNotAllowed"));
    }

    [Fact]
    public async Task File_that_does_not_verify_is_told_of_as_a_failure()
    {
        var path = _bench.Source();
        await new VerifyOperation(_bench.Session, new VerifyOptions()).VerifyFileAsync(path, progress: null, CancellationToken.None);
        var activity = Assert.Single(_activities, activity => Equals(activity.GetTagItem("file.path"), path));
        Assert.Equal("NotAnEnvelope", activity.GetTagItem("error.type"));
    }

    [Fact]
    public async Task Refusal_is_counted()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(10), "service:a");
        await Refused.AsAsync(EnvelopeError.KekNotAllowed, () => _bench.OpenAsync(envelope, "service:other"));
        Assert.Contains(_measured, measured => measured.Name == "envelopecrypto.kek.refusals" && measured.Unit == "{refusal}" && Equals(measured.Tags["error.type"], "KekNotAllowed"));
    }

    [Fact]
    public async Task Meters_have_units_and_no_series_for_each_file_or_kek()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(10), "local:a");
        await _bench.OpenAsync(envelope);
        await _bench.UnprotectAsync(envelope, _bench.Folder["y"]);
        foreach (var (name, unit) in new[] { ("envelopecrypto.file.operation.duration", "s"), ("envelopecrypto.files", "{file}"), ("envelopecrypto.file.plaintext", "By"), ("envelopecrypto.kek.use.duration", "s") })
            Assert.Contains(_measured, measured => measured.Name == name && measured.Unit == unit);
        string[] allowed = ["envelopecrypto.file.operation", "envelopecrypto.kek.operation", "envelopecrypto.kek.kind", "error.type"];
        Assert.All(
            _measured,
            measured => Assert.Subset(allowed.ToHashSet(StringComparer.Ordinal), measured.Tags.Keys.ToHashSet(StringComparer.Ordinal)));
    }

    private void Measure<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
        _measured.Enqueue((instrument.Name, instrument.Unit, new Dictionary<string, object?>(tags.ToArray(), StringComparer.Ordinal)));
}
