using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>What cannot be read, or must not be.</summary>
public sealed class SourceTests(UnprivilegedUser user) : IDisposable
{
    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public Task Missing_file_is_refused() => RefusesAllAsync(EnvelopeError.SourceNotFound, _bench.Folder["none"]);

    [Theory]
    [InlineData("Status")]
    [InlineData("OpenRead")]
    public void File_that_a_share_replaces_in_steps_is_looked_for_again(string missedBy)
    {
        var missed = 0;
        var files = new ScriptedFileSystem { Late = true };
        files.Before = (call, _) => _ = call == missedBy && missed++ == 0 ? throw new FileNotFoundException() : 0;
        SourceFile.Open(files, _bench.Source()).Dispose();
        Assert.InRange(missed, 2, 4);
        files.Before = (call, _) => _ = call == missedBy ? throw new FileNotFoundException() : 0;
        Refused.As(EnvelopeError.SourceNotFound, () => SourceFile.Open(files, _bench.Source()));
    }

    [Fact]
    public Task File_in_a_missing_folder_is_refused() => RefusesAllAsync(EnvelopeError.SourceNotFound, _bench.Folder["none/none"]);

    [Fact]
    public Task File_below_a_file_is_refused() => RefusesAllAsync(EnvelopeError.SourceNotFound, _bench.Source() + "/none");

    [Fact]
    public Task Folder_is_refused() => RefusesAllAsync(EnvelopeError.SourceNotAFile, _bench.Folder.Path);

    [Fact]
    public Task Name_that_is_too_long_is_refused() => RefusesAllAsync(EnvelopeError.NameTooLong, _bench.Folder[new string('a', 300)]);

    [Fact]
    public Task Path_with_a_zero_is_refused() => RefusesAllAsync(EnvelopeError.SourceUnreadable, _bench.Source() + "\0");

    [Fact]
    public async Task Fifo_is_refused_and_never_waited_for()
    {
        UnixTool.Run("mkfifo", _bench.Folder["pipe"]);
        await RefusesAllAsync(EnvelopeError.SourceNotAFile, _bench.Folder["pipe"]);
    }

    [Fact]
    public async Task Device_is_refused()
    {
        if (!File.Exists("/dev/zero"))
            Assert.Skip("There is no /dev/zero.");
        await RefusesAllAsync(EnvelopeError.SourceNotAFile, "/dev/zero");
    }

    [Fact]
    public async Task Link_is_followed_and_one_that_leads_nowhere_is_refused()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Links need rights on Windows.");
        var source = _bench.Source();
        File.CreateSymbolicLink(_bench.Folder["link"], source);
        await _bench.ProtectAsync(_bench.Folder["link"], _bench.Folder["x.evc"], "local:a");
        Assert.Equal(SampleBytes.Of(100), await _bench.OpenAsync(_bench.Folder["x.evc"]));

        File.CreateSymbolicLink(_bench.Folder["dangling"], _bench.Folder["none"]);
        await RefusesAllAsync(EnvelopeError.SourceNotFound, _bench.Folder["dangling"]);
        File.CreateSymbolicLink(_bench.Folder["one"], _bench.Folder["two"]);
        File.CreateSymbolicLink(_bench.Folder["two"], _bench.Folder["one"]);
        await RefusesAllAsync(EnvelopeError.SourceUnreadable, _bench.Folder["one"]);
        File.CreateSymbolicLink(_bench.Folder["folder"], _bench.Folder.Path);
        await RefusesAllAsync(EnvelopeError.SourceNotAFile, _bench.Folder["folder"]);
    }

    [Fact]
    [Trait(UnprivilegedUser.Trait, UnprivilegedUser.Value)]
    public async Task File_that_may_not_be_read_is_refused()
    {
        if (user.HasPassed())
            return;
        var source = _bench.Source();
        UnixTool.Run("chmod", "000", source);
        await _bench.RefusesAsync(
            EnvelopeError.SourceUnreadable, source, () => _bench.ProtectAsync(source, _bench.Folder["x.evc"], "local:a"));
    }

    [Fact]
    public async Task File_that_the_system_does_not_open_is_refused()
    {
        var source = _bench.Source();
        var files = new ScriptedFileSystem { Before = (call, _) => throw new UnauthorizedAccessException(call) };
        var options = new ProtectOptions { Keks = _bench.Keks("local:a") };
        await _bench.RefusesAsync(EnvelopeError.SourceUnreadable, source, () =>
            _bench.Protecting(options, files).ProtectFileAsync(source, _bench.Folder["x.evc"], progress: null, CancellationToken.None));
    }

    [Fact]
    public async Task File_whose_bytes_cannot_be_read_is_refused()
    {
        // It opens as a regular file, and its first page is never there.
        const string source = "/proc/self/mem";
        if (!File.Exists(source))
            Assert.Skip($"There is no {source}.");
        await RefusesAllAsync(EnvelopeError.SourceUnreadable, source);
    }

    [Fact]
    public async Task File_that_another_process_has_locked_is_read_as_cp_reads_it()
    {
        var source = _bench.Source();
        using var process = UnixTool.Start("flock", source, "sh", "-c", "echo held; exec cat");
        Assert.Equal("held", await process.StandardOutput.ReadLineAsync());
        await _bench.ProtectAsync(source, _bench.Folder["x.evc"], "local:a");
        Assert.Equal(SampleBytes.Of(100), await _bench.OpenAsync(_bench.Folder["x.evc"]));
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }

    // Every operation that reads a file says the same of it.
    private async Task RefusesAllAsync(EnvelopeError error, string source)
    {
        await _bench.RefusesAsync(error, source, () => _bench.ProtectAsync(source, _bench.Folder["x.evc"], "local:a"));
        await _bench.RefusesAsync(error, source, () => _bench.Protecting(new ProtectOptions { Keks = _bench.Keks("local:a") })
            .ProtectFileToStreamAsync(source, Stream.Null, progress: null, CancellationToken.None));
        await _bench.RefusesAsync(error, source, () => _bench.UnprotectAsync(source, _bench.Folder["back"]));
        await _bench.RefusesAsync(error, source, () => _bench.OpenAsync(source));
        await _bench.RefusesAsync(error, source, () => InspectOperation.InspectFileAsync(source, CancellationToken.None));
        await _bench.RefusesAsync(
            error,
            source,
            () => new KekExportOperation(_bench.Session, _bench.Keyring).ImportAsync(source, protection: null, CancellationToken.None));
        var proof = await new VerifyOperation(_bench.Session, new VerifyOptions()).VerifyFileAsync(
            source, progress: null, CancellationToken.None);
        Assert.Equal((false, error), (proof.Valid, proof.Error));
        if (!source.StartsWith("/proc/", StringComparison.Ordinal)) // where no lock file can be made beside it
            await _bench.RefusesAsync(
                error, source, () => _bench.RewrapAsync(source, new RewrapOptions { NewKeks = _bench.Keks("local:b") }));
    }
}
