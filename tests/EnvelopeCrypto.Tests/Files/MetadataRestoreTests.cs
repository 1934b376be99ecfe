using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

public sealed class MetadataRestoreTests : IDisposable
{
    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1_700_000_000, 1_234_567)]
    [InlineData(-1, 9_999_999)]
    [InlineData(-1, 0)]
    [InlineData(-1_000_000_000, 1)]
    public async Task Time_is_restored_to_the_tick(long seconds, int ticks)
    {
        var source = _bench.Source();
        File.SetLastWriteTimeUtc(source, DateTime.UnixEpoch.AddSeconds(seconds).AddTicks(ticks));
        Assert.Equal(new FileTime(seconds, ticks * 100), TimeOf(source)); // the file system took it
        await _bench.ProtectAsync(source, _bench.Folder["x.evc"], "local:a");
        await _bench.UnprotectAsync(_bench.Folder["x.evc"], _bench.Folder["back"]);
        Assert.Equal(TimeOf(source), TimeOf(_bench.Folder["x.evc"]));
        Assert.Equal(TimeOf(source), TimeOf(_bench.Folder["back"]));
    }

    [Fact]
    public async Task Time_is_restored_to_the_nanosecond()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Only Linux is asked so closely.");
        // A time that lost its last digits would be older than the source's, and the source be newer than its envelope for ever.
        foreach (var time in new[] { "@1700000000.123456789", "@-5.000000001" })
        {
            var source = _bench.Source();
            UnixTool.Run("touch", "-d", time, source);
            await _bench.ProtectAsync(source, _bench.Folder["x.evc"], "local:a");
            await _bench.UnprotectAsync(_bench.Folder["x.evc"], _bench.Folder["back"]);
            Assert.NotEqual(0, TimeOf(source).Nanoseconds % 100);
            Assert.Equal(TimeOf(source), TimeOf(_bench.Folder["x.evc"]));
            Assert.Equal(TimeOf(source), TimeOf(_bench.Folder["back"]));
            File.Delete(_bench.Folder["x.evc"]);
            File.Delete(_bench.Folder["back"]);
        }
    }

    [Theory]
    [InlineData("600")]
    [InlineData("644")]
    [InlineData("755")]
    [InlineData("400")]
    [InlineData("777")]
    [InlineData("4755")]
    [InlineData("2711")]
    [InlineData("1644")]
    public async Task Mode_is_restored_but_never_more_than_0777(string mode)
    {
        var source = _bench.Source();
        UnixTool.Run("chmod", mode, source);
        await _bench.ProtectAsync(source, _bench.Folder["x.evc"], "local:a");
        await _bench.UnprotectAsync(_bench.Folder["x.evc"], _bench.Folder["back"]);
        var expected = (UnixFileMode)(Convert.ToInt32(mode, 8) & 0b111_111_111);
        Assert.Equal(expected, ModeOf(_bench.Folder["x.evc"]));
        Assert.Equal(expected, ModeOf(_bench.Folder["back"]));
    }

    [Fact]
    public async Task Without_metadata_nothing_of_the_source_is_sealed()
    {
        var source = _bench.Source();
        UnixTool.Run("chmod", "640", source);
        File.SetLastWriteTimeUtc(source, DateTime.UnixEpoch);
        var options = new ProtectOptions { Keks = _bench.Keks("local:a"), NoMetadata = true };
        await _bench.Protecting(options).ProtectFileAsync(source, _bench.Folder["x.evc"], progress: null, CancellationToken.None);
        Assert.False((await InspectOperation.InspectFileAsync(_bench.Folder["x.evc"], CancellationToken.None)).HasMetadata);

        var earlier = _bench.Source(name: "earlier");
        await _bench.UnprotectAsync(_bench.Folder["x.evc"], _bench.Folder["back"]);
        Assert.True(File.GetLastWriteTimeUtc(_bench.Folder["back"]) >= File.GetLastWriteTimeUtc(earlier));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, ModeOf(_bench.Folder["back"])); // however open the envelope is
    }

    [Fact]
    public async Task What_came_from_a_pipe_is_the_owners_alone()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no modes.");
        var envelope = await _bench.PipedEnvelopeAsync(SampleBytes.Of(10), "local:a");
        await using var input = File.OpenRead(envelope);
        await _bench.Unprotecting().UnprotectStreamToFileAsync(input, _bench.Folder["back"], progress: null, CancellationToken.None);
        Assert.Equal((OwnerOnly, OwnerOnly), (ModeOf(envelope), ModeOf(_bench.Folder["back"])));
    }

    [Fact]
    public async Task Sealed_name_is_restored_when_asked_for()
    {
        var name = OperatingSystem.IsWindows() ? "Größe 😀 [1].sql" : "Größe 😀 [1]*.sql"; // no name there has a *
        var source = _bench.Source(100, name);
        await _bench.ProtectAsync(source, _bench.Folder["x.evc"], "local:a");
        Directory.CreateDirectory(_bench.Folder["there"]);
        var result = await _bench.UnprotectAsync(
            _bench.Folder["x.evc"], _bench.Folder["there/whatever"], new UnprotectOptions { RestoreName = true });
        Assert.Equal(_bench.Folder[$"there/{name}"], result.FullName);
        Assert.Equal([name], FileBench.NamesIn(_bench.Folder["there"]));
    }

    [Fact]
    public async Task Restored_name_replaces_nothing_by_itself()
    {
        var source = _bench.Source();
        await _bench.ProtectAsync(source, _bench.Folder["x.evc"], "local:a");
        var options = new UnprotectOptions { RestoreName = true };
        await _bench.RefusesAsync(
            EnvelopeError.DestinationExists, source, () => _bench.UnprotectAsync(_bench.Folder["x.evc"], _bench.Folder["x.evc"], options));
        var result = await _bench.UnprotectAsync(_bench.Folder["x.evc"], _bench.Folder["x.evc"], options with { Force = true });
        Assert.Equal(source, result.FullName);
    }

    [Fact]
    public async Task Restored_name_that_is_the_envelopes_own_is_refused()
    {
        var source = _bench.Source(100, "x.evc");
        Directory.CreateDirectory(_bench.Folder["there"]);
        var envelope = _bench.Folder["there/x.evc"];
        await _bench.ProtectAsync(source, envelope, "local:a");
        await _bench.RefusesAsync(EnvelopeError.DestinationIsSource, envelope, () =>
            _bench.UnprotectAsync(envelope, envelope, new UnprotectOptions { RestoreName = true, Force = true }));
    }

    [Fact]
    public async Task Name_that_was_not_sealed_cannot_be_restored()
    {
        var envelope = await _bench.PipedEnvelopeAsync(SampleBytes.Of(10), "local:a");
        await _bench.RefusesAsync(EnvelopeError.DestinationRequired, envelope, () =>
            _bench.UnprotectAsync(envelope, _bench.Folder["back"], new UnprotectOptions { RestoreName = true }));
    }

    [Theory]
    [InlineData("con")]
    [InlineData("a:b")]
    [InlineData("dot.")]
    [InlineData("blank ")]
    [InlineData("tab\there")]
    [InlineData("line\nfeed")]
    [InlineData("back\\slash")]
    [InlineData("com1.txt")]
    public async Task Name_that_could_do_harm_elsewhere_is_left_out_and_the_file_is_not(string name)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no such names.");
        var source = _bench.Source(100, name);
        var envelope = _bench.Folder["x.evc"];
        await _bench.ProtectAsync(source, envelope, "local:a");
        await _bench.RefusesAsync(EnvelopeError.DestinationRequired, envelope, () =>
            _bench.UnprotectAsync(envelope, _bench.Folder["back"], new UnprotectOptions { RestoreName = true }));
        File.Delete(source);
        await _bench.UnprotectAsync(envelope, source);
        Assert.Equal(SampleBytes.Of(100), await File.ReadAllBytesAsync(source));
    }

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static FileTime TimeOf(string path) => FileStatus.Of(path)!.Value.Modified;

    private static UnixFileMode? ModeOf(string path) => OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(path);
}
