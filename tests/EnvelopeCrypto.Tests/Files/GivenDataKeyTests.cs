using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>Files under a data key that the caller brings: its recipients, its context, its mark.</summary>
public sealed class GivenDataKeyTests : IDisposable
{
    private static readonly EncryptionContext Context = SampleEnvelope.Context(("purpose", "backup"));

    private readonly FileBench _bench = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Files_have_its_recipients_and_its_mark_and_no_kek_is_asked()
    {
        using var key = await KeyAsync("service:a", "local:x");
        _bench.Service.Calls.Clear();
        var first = await ProtectAsync(key, "a");
        var second = await ProtectAsync(key, "b");
        Assert.Empty(_bench.Service.Calls);
        Assert.Equal(["service:a", "local:x"], FileBench.KeksOf(first));
        Assert.NotNull(FileBench.HeaderOf(first).Protected.Batch);
        Assert.Equal(FileBench.HeaderOf(first).Protected.Batch, FileBench.HeaderOf(second).Protected.Batch);
        Assert.NotEqual(FileBench.BodyOf(first), FileBench.BodyOf(second));
        foreach (var kek in new[] { "service:a", "local:x" })
            Assert.Equal(SampleBytes.Of(100), await _bench.OpenAsync(first, kek));
    }

    [Fact]
    public async Task Stored_key_marks_files_alike_in_each_run()
    {
        using var key = await KeyAsync("service:a");
        var first = await ProtectAsync(key, "a");
        using var opened = await _bench.Session.UnwrapAsync(key.Recipients, new KeySubject(Context), _ => true, Stop);
        using var again = new SharedDataKey(opened.DataKey, key.Recipients, Context);
        var second = await ProtectAsync(again, "b");
        Assert.Equal(FileBench.HeaderOf(first).Protected.Batch, FileBench.HeaderOf(second).Protected.Batch);

        using var other = await KeyAsync("service:a");
        Assert.NotEqual(FileBench.HeaderOf(first).Protected.Batch, FileBench.HeaderOf(await ProtectAsync(other, "c")).Protected.Batch);
    }

    [Fact]
    public async Task Another_context_is_refused()
    {
        using var key = await KeyAsync("service:a");
        foreach (var context in new[] { EncryptionContext.Empty, SampleEnvelope.Context(("purpose", "other")) })
        {
            Refused.As(
                EnvelopeError.ContextMismatch, () => _bench.Protecting(new ProtectOptions { Keks = [], DataKey = key, Context = context }));
        }
    }

    [Fact]
    public async Task Contradictions_are_a_fault_of_the_caller()
    {
        using var key = await KeyAsync("service:a");
        var options = new ProtectOptions { Keks = [], DataKey = key, Context = Context };
        Assert.Throws<ArgumentException>(() => _bench.Protecting(options with { FilesPerDataKey = 2 }));
        Assert.Throws<ArgumentException>(() => _bench.Protecting(options with { Keks = _bench.Keks("service:a") }));
        Assert.ThrowsAny<ArgumentException>(
            () => _bench.Protecting(new ProtectOptions { Keks = _bench.Keks("service:a"), FilesPerDataKey = 0 }));
        Assert.ThrowsAny<ArgumentException>(
            () => _bench.Protecting(new ProtectOptions { Keks = _bench.Keks("service:a"), FilesPerDataKey = DataKeyPool.MaxFiles + 1 }));
    }

    [Fact]
    public async Task Preview_names_its_recipients()
    {
        using var key = await KeyAsync("service:a");
        var operation = _bench.Protecting(new ProtectOptions { Keks = [], DataKey = key, Context = Context, WhatIf = true });
        await operation.PrepareAsync(Stop);
        var result = await operation.ProtectFileAsync(_bench.Source(), _bench.Folder["x.evc"], progress: null, Stop);
        Assert.Equal(["service:a"], result.Kek);
        Assert.True(result.SharedDataKey);
    }

    [Fact]
    public async Task Adding_a_kek_later_has_to_be_meant_for_all_files()
    {
        using var key = await KeyAsync("service:a");
        var envelope = await ProtectAsync(key, "a");
        await Refused.AsAsync(
            EnvelopeError.SharedDataKey, () => _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks("service:b") }));
        await _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks("service:b"), SharedDataKey = true });
        Assert.Equal(["service:a", "service:b"], FileBench.KeksOf(envelope));
    }

    private async Task<SharedDataKey> KeyAsync(params string[] keks)
    {
        var opened = await _bench.Session.OpenAsync(_bench.Keks(keks), Stop);
        var (dataKey, recipients) = await _bench.Session.GenerateAsync(opened, Context, path: null, Stop);
        return new SharedDataKey(dataKey, recipients, Context);
    }

    private async Task<string> ProtectAsync(SharedDataKey key, string name)
    {
        var envelope = _bench.Folder[name + ".evc"];
        var operation = _bench.Protecting(new ProtectOptions { Keks = [], DataKey = key, Context = Context });
        await operation.PrepareAsync(Stop);
        var result = await operation.ProtectFileAsync(_bench.Source(name: name), envelope, progress: null, Stop);
        Assert.True(result.SharedDataKey);
        return envelope;
    }
}
