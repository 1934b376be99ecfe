using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>Where nothing may be written, or must not be.</summary>
public sealed class DestinationTests(UnprivilegedUser user) : IDisposable
{
    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Destination_that_exists_is_kept_unless_forced()
    {
        var (source, envelope) = await SourceAndEnvelopeAsync();
        var there = _bench.Folder.Write("there", "what was there"u8);
        await RefusesAllAsync(EnvelopeError.DestinationExists, source, envelope, there, force: false);

        await ProtectAsync(source, there, force: true);
        Assert.Equal(SampleBytes.Of(100), await _bench.OpenAsync(there));
        await UnprotectAsync(envelope, there, force: true);
        Assert.Equal(SampleBytes.Of(100), await File.ReadAllBytesAsync(there));
        Assert.Equal(3, Directory.GetFileSystemEntries(_bench.Folder.Path).Length);
    }

    [Fact]
    public async Task Destination_that_is_the_input_is_refused_by_whatever_name()
    {
        var (source, envelope) = await SourceAndEnvelopeAsync();
        await RefuseSameAsync(path => path);
        await RefuseSameAsync(path => Path.GetRelativePath(Environment.CurrentDirectory, path));
        await RefuseSameAsync(
            path => Path.Combine(Path.GetDirectoryName(path)!, ".", "..", Path.GetFileName(_bench.Folder.Path), Path.GetFileName(path)));
        await RefuseSameAsync(path =>
        {
            UnixTool.Run("ln", path, path + ".hard");
            return path + ".hard";
        });
        await RefuseSameAsync(path => File.CreateSymbolicLink(path + ".soft", path).FullName);
        await RefuseSameAsync(path => File.CreateSymbolicLink(path + ".softer", path + ".soft").FullName);
        Directory.CreateSymbolicLink(_bench.Folder["folder"], _bench.Folder.Path);
        await RefuseSameAsync(path => _bench.Folder[$"folder/{Path.GetFileName(path)}"]);

        async Task RefuseSameAsync(Func<string, string> name)
        {
            var (sameSource, sameEnvelope) = (name(source), name(envelope));
            foreach (var force in new[] { false, true })
            {
                await _bench.RefusesAsync(EnvelopeError.DestinationIsSource, sameSource, () => ProtectAsync(source, sameSource, force));
                await _bench.RefusesAsync(EnvelopeError.DestinationIsSource, source, () => ProtectAsync(sameSource, source, force));
                await _bench.RefusesAsync(
                    EnvelopeError.DestinationIsSource, sameEnvelope, () => UnprotectAsync(envelope, sameEnvelope, force));
                await _bench.RefusesAsync(EnvelopeError.DestinationIsSource, envelope, () => UnprotectAsync(sameEnvelope, envelope, force));
            }
        }
    }

    [Theory]
    [InlineData("none/x")]
    [InlineData("data.bin/x")]
    public async Task Folder_that_is_not_there_is_said(string name)
    {
        var (source, envelope) = await SourceAndEnvelopeAsync();
        await RefusesAllAsync(EnvelopeError.OutputFailed, source, envelope, _bench.Folder[name], force: true);
        await RefusesAllAsync(EnvelopeError.OutputFailed, source, envelope, _bench.Folder[name], force: false);
    }

    [Fact]
    public async Task Folder_is_never_replaced()
    {
        var (source, envelope) = await SourceAndEnvelopeAsync();
        Directory.CreateDirectory(_bench.Folder["there"]);
        await RefusesAllAsync(EnvelopeError.OutputFailed, source, envelope, _bench.Folder["there"], force: false);
        await RefusesAllAsync(EnvelopeError.OutputFailed, source, envelope, _bench.Folder["there"], force: true);
    }

    [Fact]
    public async Task Pipe_or_device_is_never_replaced()
    {
        // As root, a forced output to /dev/null would leave the machine without it.
        var (source, envelope) = await SourceAndEnvelopeAsync();
        UnixTool.Run("mkfifo", _bench.Folder["pipe"]);
        File.CreateSymbolicLink(_bench.Folder["link"], _bench.Folder["pipe"]);
        foreach (var name in new[] { "pipe", "link" })
        {
            await RefusesAllAsync(EnvelopeError.OutputFailed, source, envelope, _bench.Folder[name], force: false);
            await RefusesAllAsync(EnvelopeError.OutputFailed, source, envelope, _bench.Folder[name], force: true);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Preview_replaces_no_folder_either(bool force)
    {
        var (source, envelope) = await SourceAndEnvelopeAsync();
        var there = Directory.CreateDirectory(_bench.Folder["there"]).FullName;
        var options = new ProtectOptions { Keks = _bench.Keks("local:a"), Force = force, WhatIf = true };
        await _bench.RefusesAsync(EnvelopeError.OutputFailed, there, () =>
            _bench.Protecting(options).ProtectFileAsync(source, there, progress: null, CancellationToken.None));
        await _bench.RefusesAsync(EnvelopeError.OutputFailed, there, () =>
            _bench.UnprotectAsync(envelope, there, new UnprotectOptions { Force = force, WhatIf = true }));
    }

    [Fact]
    public async Task Link_at_the_destination_is_replaced_and_its_target_is_not()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Links need rights on Windows.");
        var (source, envelope) = await SourceAndEnvelopeAsync();
        var target = _bench.Folder.Write("target", "what was there"u8);
        foreach (var aim in new[] { target, _bench.Folder["none"] })
        {
            var link = File.CreateSymbolicLink(_bench.Folder["link"], aim).FullName;
            await RefusesAllAsync(EnvelopeError.DestinationExists, source, envelope, link, force: false);
            await UnprotectAsync(envelope, link, force: true);
            Assert.Null(new FileInfo(link).LinkTarget);
            File.Delete(link);
        }
        Assert.Equal("what was there", await File.ReadAllTextAsync(target));
        Assert.False(File.Exists(_bench.Folder["none"]));
    }

    [Fact]
    public async Task Name_that_is_too_long_is_said_before_the_work()
    {
        var (source, envelope) = await SourceAndEnvelopeAsync();
        await RefusesAllAsync(EnvelopeError.NameTooLong, source, envelope, _bench.Folder[new string('a', 256)], force: false);
        await RefusesAllAsync(EnvelopeError.NameTooLong, source, envelope, _bench.Folder[new string('a', 256)], force: true);
    }

    [Fact]
    public async Task Links_that_run_in_a_circle_are_said_of_the_destination()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Links need rights on Windows.");
        var (source, envelope) = await SourceAndEnvelopeAsync();
        File.CreateSymbolicLink(_bench.Folder["circle"], _bench.Folder["circle"]);
        await RefusesAllAsync(EnvelopeError.OutputFailed, source, envelope, _bench.Folder["circle/x"], force: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public async Task Path_that_is_none_is_said_of_the_destination(string destination)
    {
        var (source, envelope) = await SourceAndEnvelopeAsync();
        await RefusesAllAsync(EnvelopeError.OutputFailed, source, envelope, destination, force: true);
    }

    [Fact]
    [Trait(UnprivilegedUser.Trait, UnprivilegedUser.Value)]
    public async Task Folder_that_may_not_be_written_is_said()
    {
        if (user.HasPassed())
            return;
        var (source, envelope) = await SourceAndEnvelopeAsync();
        Directory.CreateDirectory(_bench.Folder["there"]);
        UnixTool.Run("chmod", "500", _bench.Folder["there"]);
        await RefusesAllAsync(EnvelopeError.OutputFailed, source, envelope, _bench.Folder["there/x"], force: false);
    }

    private async Task<(string Source, string Envelope)> SourceAndEnvelopeAsync()
    {
        var source = _bench.Source();
        await _bench.ProtectAsync(source, _bench.Folder["data.bin.evc"], "local:a");
        return (source, _bench.Folder["data.bin.evc"]);
    }

    // Every operation that writes a file says the same of its destination, and by that name.
    private async Task RefusesAllAsync(EnvelopeError error, string source, string envelope, string destination, bool force)
    {
        await _bench.RefusesAsync(error, destination, () => ProtectAsync(source, destination, force));
        await _bench.RefusesAsync(error, destination, () => UnprotectAsync(envelope, destination, force));
        var options = new ProtectOptions { Keks = _bench.Keks("local:a"), Force = force };
        await _bench.RefusesAsync(error, destination, () =>
            _bench.Protecting(options).ProtectStreamToFileAsync(new MemoryStream(new byte[10]), destination, progress: null, CancellationToken.None));
        var bytes = await File.ReadAllBytesAsync(envelope);
        await _bench.RefusesAsync(error, destination, () => _bench.Unprotecting(new UnprotectOptions { Force = force })
            .UnprotectStreamToFileAsync(new MemoryStream(bytes), destination, progress: null, CancellationToken.None));
    }

    private Task<FileResult> ProtectAsync(string source, string destination, bool force) =>
        _bench.Protecting(new ProtectOptions { Keks = _bench.Keks("local:a"), Force = force, AllowNested = true })
        .ProtectFileAsync(source, destination, progress: null, CancellationToken.None);

    private Task<FileResult> UnprotectAsync(string envelope, string destination, bool force) =>
        _bench.UnprotectAsync(envelope, destination, new UnprotectOptions { Force = force });
}
