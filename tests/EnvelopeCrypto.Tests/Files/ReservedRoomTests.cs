using EnvelopeCrypto.Body;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>Room is taken for as much as an envelope proves to hold, and not for as much as its file is long.</summary>
public sealed class ReservedRoomTests : IDisposable
{
    private const long Gigabytes = 8L << 30;

    private readonly FileBench _bench = new();
    private readonly List<string> _calls = [];

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(3_000_000)]
    [InlineData(1000)]
    public async Task Envelope_that_was_made_long_takes_none(int length)
    {
        var envelope = await MadeLongAsync(length);
        var output = _bench.Folder["out"];
        await Refused.AsAsync(
            EnvelopeError.BodyDamaged,
            () => _bench.Unprotecting(files: Recording()).UnprotectFileAsync(envelope, output, progress: null, CancellationToken.None));
        Assert.Equal(["data.bin.evc"], FileBench.NamesIn(_bench.Folder.Path));
        Assert.DoesNotContain("Reserve", _calls, StringComparer.Ordinal);
        Assert.InRange(_calls.Count(call => call == "Write"), 0, 20);
    }

    [Fact]
    public async Task Nor_does_it_for_a_new_data_key()
    {
        var envelope = await MadeLongAsync(3_000_000);
        await Refused.AsAsync(
            EnvelopeError.BodyDamaged,
            () => _bench.Rewrapping(new RewrapOptions { RotateDataKey = true }, Recording()).RewrapFileAsync(envelope, CancellationToken.None));
        Assert.DoesNotContain("Reserve", _calls, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Sound_one_takes_it_before_its_first_byte_is_written()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(3_000_000), "local:a");
        await _bench.Unprotecting(files: Recording()).UnprotectFileAsync(
            envelope, _bench.Folder["out"], progress: null, CancellationToken.None);
        Assert.Equal("Reserve", _calls.First(call => call is "Reserve" or "Write"));
        _calls.Clear();
        await _bench.Rewrapping(new RewrapOptions { RotateDataKey = true }, Recording()).RewrapFileAsync(envelope, CancellationToken.None);
        Assert.Equal("Reserve", _calls.First(call => call is "Reserve" or "Write"));
    }

    // A hole makes such a file out of nothing, and the disk would be full before the end.
    [Fact]
    public async Task Source_that_no_envelope_can_hold_is_refused_before_a_byte_is_written()
    {
        var keks = await _bench.Session.OpenAsync(_bench.Keks("local:a"), CancellationToken.None);
        using var key = await EnvelopeKey.GenerateAsync(_bench.Session, keks, new KeySubject(EncryptionContext.Empty), CancellationToken.None);
        using var input = new MemoryStream(SampleBytes.Of(3_000_000));
        using var output = new MemoryStream();
        var content = new EnvelopeContent(
            EnvelopeType.File, EncryptionContext.Empty, Metadata: null, input, Cobblestone.MaxPlaintextLength + 1);
        var writer = new EnvelopeWriter(PatientTime.Instance, new CopyWorkers());
        Refused.As(EnvelopeError.BodyTooLong, () => writer.Write(content, key, output, progress: null, CancellationToken.None));
        Assert.Equal(0, output.Length);
    }

    // Nothing is written for that: the file has a hole.
    private async Task<string> MadeLongAsync(int length)
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(length), "local:a");
        var bodyOffset = FileBench.HeaderOf(envelope).Layout.BodyOffset;
        using var file = File.OpenHandle(envelope, FileMode.Open, FileAccess.Write);
        RandomAccess.SetLength(file, bodyOffset + Cobblestone.MessageLength(Gigabytes));
        return envelope;
    }

    private ScriptedFileSystem Recording() => new()
    {
        Before = (call, _) =>
        {
            lock (_calls)
                _calls.Add(call);
        },
    };
}
