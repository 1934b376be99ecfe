using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>Work that is stopped in its middle leaves everything as it was.</summary>
public sealed class CancellationTests : IDisposable
{
    private const int Length = 4 * 1024 * 1024;

    private readonly FileBench _bench = new();
    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        _stop.Dispose();
        _bench.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Protect_that_is_stopped_leaves_nothing(bool named)
    {
        var source = _bench.Source(Length);
        _bench.Folder.Write("x.evc", "what was there"u8);
        var options = new ProtectOptions { Keks = _bench.Keks("local:a"), Force = true };
        var files = new ScriptedFileSystem { Named = named };
        await StoppedAsync(
            () => _bench.Protecting(options, files).ProtectFileAsync(source, _bench.Folder["x.evc"], _ => _stop.Cancel(), _stop.Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unprotect_that_is_stopped_leaves_nothing(bool named)
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(Length), "local:a");
        var files = new ScriptedFileSystem { Named = named };
        await StoppedAsync(
            () => _bench.Unprotecting(files: files).UnprotectFileAsync(envelope, _bench.Folder["back"], _ => _stop.Cancel(), _stop.Token));
    }

    [Fact]
    public async Task Pipes_that_are_stopped_leave_nothing()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(Length), "local:a");
        var bytes = await File.ReadAllBytesAsync(envelope);
        var options = new ProtectOptions { Keks = _bench.Keks("local:a") };
        await StoppedAsync(() => _bench.Unprotecting().UnprotectStreamToFileAsync(new MemoryStream(bytes), _bench.Folder["back"], _ => _stop.Cancel(), _stop.Token));
        await StoppedAsync(() => _bench.Protecting(options).ProtectStreamToFileAsync(new MemoryStream(bytes), _bench.Folder["y.evc"], progress: null, _stop.Token));
    }

    [Fact]
    public async Task Rewrap_is_stopped_before_a_byte_is_written()
    {
        _bench.Service.Meanwhile = _stop.Cancel;
        foreach (var make in new Func<byte[], string[], Task<string>>[] { _bench.EnvelopeAsync, _bench.PipedEnvelopeAsync })
        {
            var envelope = await make(SampleBytes.Of(10), ["local:a"]);
            await StoppedAsync(
                () => _bench.Rewrapping(new RewrapOptions { NewKeks = _bench.Keks("service:b") }).RewrapFileAsync(envelope, _stop.Token));
            File.Delete(envelope);
        }
    }

    [Fact]
    public async Task Rewrap_beside_is_stopped_while_it_copies_the_body()
    {
        var made = await new HandmadeEnvelope { Plaintext = SampleBytes.Of(Length) }.ToBytesAsync(_bench.Session, _bench.Kek("local:a"));
        var envelope = _bench.Folder.Write("x.evc", made);
        var files = new ScriptedFileSystem
        {
            Before = (call, _) =>
            {
                if (call == nameof(FileStream.Write))
                    _stop.Cancel();
            },
        };
        await StoppedAsync(
            () => _bench.Rewrapping(new RewrapOptions { NewKeks = _bench.Keks("local:b") }, files).RewrapFileAsync(envelope, _stop.Token));
    }

    private async Task StoppedAsync(Func<Task> action)
    {
        var before = FolderState.Of(_bench.Folder.Path);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(action);
        Assert.Equal(before, FolderState.Of(_bench.Folder.Path));
    }
}
