using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Records;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>A local KEK that another process removes while a run has it in memory: what else opens the files stays.</summary>
public sealed class RemovedKekTests : IDisposable
{
    private readonly FileBench _bench = new();

    public static TheoryData<int, string> Moments { get; } = new() { { 100, "Publish" }, { 100, "FlushFolder" }, { 3_000_000, "FlushFolder" } };

    public static TheoryData<bool, string> Layouts { get; } = new() { { false, "CreateTemporary" }, { false, "Flush" }, { true, "OpenWrite" } };

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Source_stays(int length, string moment)
    {
        var source = _bench.Source(length);
        await Refused.AsAsync(EnvelopeError.SourceKept, () => RemovingAsync(source, At(moment, () => _bench.Keyring.Remove("a"))));
        Assert.Equal(SampleBytes.Of(length), await File.ReadAllBytesAsync(source));
    }

    [Fact]
    public async Task Sources_after_it_stay_too()
    {
        var (first, second) = (_bench.Source(), _bench.Source(name: "second"));
        var operation = _bench.Protecting(Removing);
        await operation.ProtectFileAsync(first, first + ".evc", progress: null, CancellationToken.None);
        _bench.Keyring.Remove("a");
        await Refused.AsAsync(
            EnvelopeError.SourceKept, () => operation.ProtectFileAsync(second, second + ".evc", progress: null, CancellationToken.None));
        Assert.Equal((false, true), (File.Exists(first), File.Exists(second)));
    }

    [Fact]
    public async Task Another_kek_of_the_same_name_is_not_it()
    {
        var source = _bench.Source();
        await Refused.AsAsync(EnvelopeError.SourceKept, () => RemovingAsync(source, At("FlushFolder", () =>
        {
            _bench.Keyring.Remove("a");
            _bench.Kek("local:a");
        })));
        Assert.True(File.Exists(source));
    }

    [Fact]
    public async Task Kek_that_was_rotated_opens_as_before()
    {
        var source = _bench.Source();
        Assert.True((await RemovingAsync(source, At("FlushFolder", () => _bench.Keyring.Rotate("a")))).SourceRemoved);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Rewrap_leaves_the_file_as_it_was(bool inPlace, string moment)
    {
        var envelope = await EnvelopeAsync(inPlace);
        var options = new RewrapOptions { NewKeks = _bench.Keks("local:b") };
        await RefusesAsync(envelope, options, moment, "b");
    }

    // The one that stays is what the other goes for.
    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Old_recipient_stays_when_the_one_beside_it_lost_its_kek(bool inPlace, string moment)
    {
        var envelope = await EnvelopeAsync(inPlace, "local:b");
        await RefusesAsync(envelope, new RewrapOptions { RemoveKeks = _bench.Keks("local:a") }, moment, "b");
        envelope = await EnvelopeAsync(inPlace, "local:b");
        await RefusesAsync(envelope, new RewrapOptions { OldKeks = _bench.Keks("local:a"), NewKeks = _bench.Keks("local:b") }, moment, "b");
    }

    [Fact]
    public async Task New_data_key_leaves_the_file_as_it_was()
    {
        var envelope = await EnvelopeAsync(inPlace: false);
        await RefusesAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:b"), RotateDataKey = true }, "Flush", "b");
    }

    [Fact]
    public async Task Token_is_not_given_out()
    {
        var protecting = new ProtectRecordOperation(_bench.Session, new ProtectRecordOptions { Keks = _bench.Keks("local:a") });
        var token = (await protecting.ProtectValueAsync("text", CancellationToken.None))!;
        using var operation = new RewrapRecordOperation(_bench.Session, new RewrapOptions { NewKeks = _bench.Keks("local:b") });
        await operation.RewrapValueAsync(token, CancellationToken.None);
        _bench.Keyring.Remove("b");
        await Refused.AsAsync(EnvelopeError.ProofFailed, () => operation.RewrapValueAsync(token, CancellationToken.None).AsTask());
    }

    private ProtectOptions Removing => new() { Keks = _bench.Keks("local:a"), RemoveSource = true };

    private Task<FileResult> RemovingAsync(string source, ScriptedFileSystem files) =>
        _bench.Protecting(Removing, files).ProtectFileAsync(source, source + ".evc", progress: null, CancellationToken.None);

    private Task<string> EnvelopeAsync(bool inPlace, params string[] more)
    {
        var plaintext = SampleBytes.Of(1000);
        File.Delete(_bench.Folder["data.bin.evc"]);
        return inPlace ? _bench.PipedEnvelopeAsync(plaintext, ["local:a", .. more]) : _bench.EnvelopeAsync(plaintext, ["local:a", .. more]);
    }

    private async Task RefusesAsync(string envelope, RewrapOptions options, string moment, string kek)
    {
        var files = At(moment, () => _bench.Keyring.Remove(kek));
        using var session = _bench.OpenSession();
        await _bench.RefusesAsync(
            EnvelopeError.ProofFailed, envelope, () => _bench.Rewrapping(options, files, session).RewrapFileAsync(envelope, CancellationToken.None));
        Assert.Equal(SampleBytes.Of(1000), await _bench.OpenAsync(envelope, "local:a"));
    }

    private static ScriptedFileSystem At(string moment, Action action)
    {
        var isDone = false;
        return new ScriptedFileSystem
        {
            Before = (call, _) =>
            {
                if (call != moment || isDone)
                    return;
                isDone = true;
                action();
            },
        };
    }
}
