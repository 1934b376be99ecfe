using System.IO.MemoryMappedFiles;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Keys.Certificates;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>A source goes only after its output was proven from the disk.</summary>
public sealed class RemoveSourceTests : IDisposable
{
    private readonly FileBench _bench = new();

    public static TheoryData<int> Lengths { get; } = [0, 1000, 3_000_000];

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Progress_counts_the_bytes_that_are_compared_too()
    {
        const int length = 3_000_000;
        var (source, seen) = (_bench.Source(length), 0L);
        await _bench.Protecting(Options).ProtectFileAsync(source, Envelope, more => seen += more, CancellationToken.None);
        Assert.Equal(2 * length, seen);
        await _bench.Unprotecting(new UnprotectOptions { RemoveSource = true }).UnprotectFileAsync(
            Envelope, source, more => seen += more, CancellationToken.None);
        Assert.Equal(4 * length, seen);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task Source_is_removed_and_comes_back(int length)
    {
        var source = _bench.Source(length);
        var sealedResult = await ProtectAsync(source);
        Assert.Equal((FileOutcome.Protected, true), (sealedResult.Status, sealedResult.SourceRemoved));
        Assert.Equal(["data.bin.evc"], FileBench.NamesIn(_bench.Folder.Path));

        var result = await UnprotectAsync(Envelope, source);
        Assert.Equal((FileOutcome.Unprotected, true), (result.Status, result.SourceRemoved));
        Assert.Equal(["data.bin"], FileBench.NamesIn(_bench.Folder.Path));
        Assert.Equal(SampleBytes.Of(length), await File.ReadAllBytesAsync(source));
    }

    [Fact]
    public async Task Without_it_the_source_stays()
    {
        var source = _bench.Source();
        Assert.False((await _bench.ProtectAsync(source, Envelope, "local:a")).SourceRemoved);
        Assert.True(File.Exists(source));
    }

    [Fact]
    public async Task Order_is_flush_rename_flush_folder_read_delete()
    {
        var calls = new List<string>();
        await ProtectAsync(_bench.Source(), files: Noting(calls));
        var order = string.Join(' ', calls);
        Assert.Matches("Write.* Flush Publish .*FlushFolder .*Read .*Remove ReleaseLock$", order);
        Assert.Equal((1, 1), (calls.Count(call => call == "Remove"), calls.Count(call => call == "ReleaseLock")));
    }

    [Fact]
    public async Task Disk_that_keeps_other_bytes_keeps_the_source()
    {
        var source = _bench.Source();
        await KeptAsync(source, () => ProtectAsync(source, files: new ScriptedFileSystem { Garbles = true }));
    }

    [Fact]
    public async Task Disk_that_keeps_other_plaintext_keeps_the_envelope()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(100), "local:a");
        await KeptAsync(envelope, () => UnprotectAsync(envelope, _bench.Folder["back"], files: new ScriptedFileSystem { Garbles = true }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Source_that_changes_before_the_end_stays(bool replaced)
    {
        var source = _bench.Source();
        var newer = SampleBytes.Of(100, seed: 2);
        var files = new ScriptedFileSystem();
        files.Before = (call, _) =>
        {
            if (call != "FlushFolder")
                return;
            if (replaced)
                Successor.Takes(_bench.Folder.Write("newer", newer), source);
            else
                File.WriteAllBytes(source, newer);
        };
        await KeptAsync(source, () => ProtectAsync(source, files: files));
        Assert.Equal(newer, await File.ReadAllBytesAsync(source));
    }

    // Whoever may move the folders of a tree must not choose what goes.
    [Theory]
    [InlineData("Forget")]
    [InlineData("Remove")]
    public async Task Folder_that_becomes_a_link_before_the_end_makes_no_other_file_go(string at)
    {
        var source = _bench.Source(name: "in/data.bin");
        var other = _bench.Source(name: "other/data.bin", seed: 2);
        var files = new ScriptedFileSystem();
        files.Before = (call, _) =>
        {
            if (call != at || Directory.Exists(_bench.Folder["moved"]))
                return;
            if (OperatingSystem.IsWindows())
            {
                // A folder that a run has open keeps its place there.
                Assert.Throws<IOException>(() => Directory.Move(_bench.Folder["in"], _bench.Folder["moved"]));
                return;
            }
            Directory.Move(_bench.Folder["in"], _bench.Folder["moved"]);
            Directory.CreateSymbolicLink(_bench.Folder["in"], _bench.Folder["other"]);
        };
        if (OperatingSystem.IsWindows())
        {
            Assert.True((await ProtectAsync(source, files: files)).SourceRemoved);
        }
        else if (at == "Remove")
        {
            // Between the last look and the end the source itself can be moved with its folder; it goes, and its envelope is proven.
            Assert.True((await ProtectAsync(source, files: files)).SourceRemoved);
            Assert.Empty(Directory.GetFiles(_bench.Folder["moved"]));
        }
        else
        {
            await KeptAsync(source, () => ProtectAsync(source, files: files));
            Assert.Equal(SampleBytes.Of(100), await File.ReadAllBytesAsync(_bench.Folder["moved/data.bin"]));
        }
        Assert.Equal(SampleBytes.Of(100, seed: 2), await File.ReadAllBytesAsync(other));
    }

    [Fact]
    public async Task Folders_above_the_output_are_on_the_disk_before_the_source_goes()
    {
        var source = _bench.Source();
        Directory.CreateDirectory(_bench.Folder["a/b"]);
        var calls = new List<string>();
        await ProtectAsync(source, _bench.Folder["a/b/data.bin.evc"], Noting(calls));
        var above = calls.TakeWhile(call => call != "Remove").Count(call => call == "FlushFolder") - 2; // the output's own: named, and proven
        Assert.True(above >= 2, $"{above} folders above were flushed");
    }

    // It still reads well by the handle that is compared.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Output_that_loses_its_name_while_it_is_compared_keeps_the_source(bool replaced)
    {
        var source = _bench.Source();
        var files = new ScriptedFileSystem();
        files.Before = (call, _) =>
        {
            if (call != "FlushStores")
                return;
            if (replaced)
                Successor.Takes(_bench.Folder.Write("other", "another file"u8), Envelope);
            else
                File.Delete(Envelope);
        };
        await KeptAsync(source, () => ProtectAsync(source, files: files));
    }

    // It was changed between the last look and its end.
    [Fact]
    public async Task Source_that_changes_in_the_last_moment_stays()
    {
        var source = _bench.Source();
        var files = new ScriptedFileSystem
        {
            Before = (call, _) => File.AppendAllText(call == "Remove" ? source : _bench.Folder["other"], "more"),
        };
        await KeptAsync(source, () => ProtectAsync(source, files: files));
    }

    // What is stored through a mapping changes the file's time once after each flush, and not at all before the next.
    [Fact]
    public async Task Source_that_changes_through_a_mapping_while_it_is_compared_stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Windows removes no file that is mapped.");
        var source = _bench.Source(8192);
        using var mapping = MemoryMappedFile.CreateFromFile(source, FileMode.Open);
        using var view = mapping.CreateViewAccessor();
        view.Write(0, (byte)1);
        Assert.SkipUnless(TellsOfStores(source, view), "This file system tells nothing of stores through a mapping.");
        var files = new ScriptedFileSystem();
        files.Before = (call, _) =>
        {
            if (call == "Remove")
                view.Write(5000, (byte)~view.ReadByte(5000));
        };
        await KeptAsync(source, () => ProtectAsync(source, files: files));
    }

    [Fact]
    public async Task Output_that_vanishes_before_the_end_keeps_the_source()
    {
        var source = _bench.Source();
        var files = new ScriptedFileSystem { Before = (call, _) => File.Delete(call == "FlushFolder" ? Envelope : _bench.Folder["none"]) };
        await KeptAsync(source, () => ProtectAsync(source, files: files));
        Assert.Equal(SampleBytes.Of(100), await File.ReadAllBytesAsync(source));
    }

    [Fact]
    public async Task Update_removes_what_was_protected_before_only_after_the_whole_proof()
    {
        var source = _bench.Source();
        await _bench.ProtectAsync(source, Envelope, "local:a");
        var result = await ProtectAsync(source, update: true);
        Assert.Equal((FileOutcome.Unchanged, true), (result.Status, result.SourceRemoved));
        Assert.Equal(["data.bin.evc"], FileBench.NamesIn(_bench.Folder.Path));

        await _bench.UnprotectAsync(Envelope, source);
        File.SetLastWriteTimeUtc(source, File.GetLastWriteTimeUtc(Envelope).AddSeconds(1));
        var back = await UnprotectAsync(Envelope, source, update: true);
        Assert.Equal((FileOutcome.Unchanged, true), (back.Status, back.SourceRemoved));
        Assert.Equal(["data.bin"], FileBench.NamesIn(_bench.Folder.Path));
    }

    [Fact]
    public async Task Update_flushes_what_an_earlier_run_wrote_before_its_source_goes()
    {
        var source = _bench.Source();
        await _bench.ProtectAsync(source, Envelope, "local:a");
        var calls = new List<string>();
        await ProtectAsync(source, files: Noting(calls), update: true);
        Assert.Matches(@"\bFlush FlushFolder .*Read .*Remove ReleaseLock$", string.Join(' ', calls));
    }

    [Fact]
    public async Task Update_keeps_a_source_whose_envelope_holds_other_bytes_of_the_same_length()
    {
        var source = _bench.Source();
        await _bench.ProtectAsync(source, Envelope, "local:a");
        var time = File.GetLastWriteTimeUtc(source);
        await File.WriteAllBytesAsync(source, SampleBytes.Of(100, seed: 2));
        File.SetLastWriteTimeUtc(source, time);
        await KeptAsync(source, () => ProtectAsync(source, update: true));
        Assert.Equal(SampleBytes.Of(100), await _bench.OpenAsync(Envelope));
    }

    // A rewrapped envelope has no time of its source's any more, and its date has no fraction.
    [Fact]
    public async Task Update_compares_a_source_of_the_second_of_its_encryption()
    {
        var source = _bench.Source();
        await _bench.ProtectAsync(source, Envelope, "local:a");
        await _bench.RewrapAsync(Envelope, new RewrapOptions { NewKeks = _bench.Keks("local:b") });
        var encrypted = DateTimeOffset.FromUnixTimeSeconds(FileBench.HeaderOf(Envelope).Protected.IssuedAt).UtcDateTime;
        await File.WriteAllBytesAsync(source, SampleBytes.Of(100, seed: 2));
        File.SetLastWriteTimeUtc(source, encrypted.AddMilliseconds(999));
        await KeptAsync(source, () => ProtectAsync(source, update: true));

        await File.WriteAllBytesAsync(source, SampleBytes.Of(100));
        File.SetLastWriteTimeUtc(source, encrypted.AddSeconds(1));
        await Refused.AsAsync(EnvelopeError.DestinationExists, () => ProtectAsync(source, update: true));
        File.SetLastWriteTimeUtc(source, encrypted.AddMilliseconds(999));
        var result = await ProtectAsync(source, update: true);
        Assert.Equal((FileOutcome.Unchanged, true), (result.Status, result.SourceRemoved));
    }

    [Fact]
    public async Task Update_keeps_a_source_whose_envelope_is_damaged()
    {
        var source = _bench.Source();
        await _bench.ProtectAsync(source, Envelope, "local:a");
        var bytes = await File.ReadAllBytesAsync(Envelope);
        bytes[^1] ^= 1;
        var time = File.GetLastWriteTimeUtc(Envelope);
        await File.WriteAllBytesAsync(Envelope, bytes);
        File.SetLastWriteTimeUtc(Envelope, time);
        await KeptAsync(source, () => ProtectAsync(source, update: true));
    }

    // Its source is gone, so the envelope may be the only copy.
    [Fact]
    public async Task Update_does_not_replace_an_output_that_holds_something_else()
    {
        await ProtectAsync(_bench.Source(50));
        var source = _bench.Source(100, seed: 2);
        var failure = await Refused.AsAsync(EnvelopeError.DestinationExists, () => ProtectAsync(source, update: true));
        Assert.NotNull(failure.Path);
        Assert.Equal(SampleBytes.Of(50), await _bench.OpenAsync(Envelope));
        Assert.True(File.Exists(source));

        await Refused.AsAsync(EnvelopeError.DestinationExists, () => UnprotectAsync(Envelope, source, update: true));
        Assert.True(File.Exists(Envelope));
        Assert.True((await _bench.Protecting(Options with { Force = true }).ProtectFileAsync(source, Envelope, progress: null, CancellationToken.None)).SourceRemoved);
        Assert.Equal(SampleBytes.Of(100, seed: 2), await _bench.OpenAsync(Envelope));
    }

    [Fact]
    public async Task Skipped_envelope_stays()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(10), "local:a");
        var result = await ProtectAsync(envelope, _bench.Folder["y.evc"]);
        Assert.Equal((FileOutcome.Skipped, false), (result.Status, result.SourceRemoved));
        Assert.True(File.Exists(envelope));
    }

    [Fact]
    public async Task Preview_removes_nothing()
    {
        var source = _bench.Source();
        await _bench.ProtectAsync(source, Envelope, "local:a");
        foreach (var options in new[] { Options with { WhatIf = true, Update = true }, Options with { WhatIf = true, Force = true } })
            Assert.False((await _bench.Protecting(options).ProtectFileAsync(source, Envelope, progress: null, CancellationToken.None)).SourceRemoved);
        Assert.Equal(["data.bin", "data.bin.evc"], FileBench.NamesIn(_bench.Folder.Path));
    }

    [Fact]
    public async Task Link_and_its_target_stay()
    {
        var target = _bench.Source(name: "target");
        var link = File.CreateSymbolicLink(_bench.Folder["data.bin"], target).FullName;
        await KeptAsync(link, () => ProtectAsync(link));
        Assert.Equal(SampleBytes.Of(100), await File.ReadAllBytesAsync(target));
        Assert.Equal(SampleBytes.Of(100), await _bench.OpenAsync(Envelope));
    }

    [Fact]
    public async Task Another_name_of_the_source_stays()
    {
        var source = _bench.Source();
        UnixTool.Run("ln", source, _bench.Folder["other"]);
        await ProtectAsync(source);
        Assert.Equal(["data.bin.evc", "other"], FileBench.NamesIn(_bench.Folder.Path));
    }

    // The second would replace the only copy of the first.
    [Fact]
    public async Task Two_sources_of_one_output_by_way_of_a_link_lose_nothing()
    {
        var (one, two) = (_bench.Source(seed: 1, name: "one/x"), _bench.Source(seed: 2, name: "two/x"));
        Directory.CreateDirectory(_bench.Folder["out/one"]);
        Directory.CreateSymbolicLink(_bench.Folder["out/two"], _bench.Folder["out/one"]);
        var operation = _bench.Protecting(Options with { Force = true });
        await operation.ProtectFileAsync(one, _bench.Folder["out/one/x.evc"], progress: null, CancellationToken.None);
        await Refused.AsAsync(
            EnvelopeError.DuplicateOutput,
            () => operation.ProtectFileAsync(two, _bench.Folder["out/two/x.evc"], progress: null, CancellationToken.None));
        Assert.Equal(SampleBytes.Of(100, seed: 1), await _bench.OpenAsync(_bench.Folder["out/one/x.evc"]));
        Assert.Equal(SampleBytes.Of(100, seed: 2), await File.ReadAllBytesAsync(two));
    }

    [Fact]
    public async Task Envelope_that_nothing_here_opens_keeps_its_source()
    {
        using var alice = TestCertificate.OfAlice();
        var source = _bench.Source();
        var options = Options with { Keks = _bench.Keks(_bench.Certificate("alice.cer", alice.ExportCertificatePem())) };
        await KeptAsync(
            source, () => _bench.Protecting(options).ProtectFileAsync(source, Envelope, progress: null, CancellationToken.None));
    }

    [Fact]
    public async Task Kek_that_was_named_need_not_be_allowed_as_well()
    {
        var options = Options with { Keks = _bench.Keks("service:b") };
        var protecting = _bench.Protecting(options, session: _bench.OpenSession(["local:a"]));
        Assert.True((await protecting.ProtectFileAsync(_bench.Source(), Envelope, progress: null, CancellationToken.None)).SourceRemoved);
    }

    [Fact]
    public async Task Kek_that_does_not_open_again_keeps_the_source()
    {
        _bench.Service.WrapsRubbish = true;
        var source = _bench.Source();
        var options = Options with { Keks = _bench.Keks("service:b") };
        await KeptAsync(
            source, () => _bench.Protecting(options).ProtectFileAsync(source, Envelope, progress: null, CancellationToken.None));
    }

    [Fact]
    public async Task Source_that_cannot_be_deleted_is_said_to_stay()
    {
        var source = _bench.Source();
        var files = new ScriptedFileSystem { Before = (call, _) => _ = call == "Remove" ? throw new UnauthorizedAccessException() : 0 };
        await KeptAsync(source, () => ProtectAsync(source, files: files));
        Assert.Equal(SampleBytes.Of(100), await _bench.OpenAsync(Envelope));
    }

    [Fact]
    public async Task Restored_name_is_proven_too()
    {
        await ProtectAsync(_bench.Source());
        File.Move(Envelope, _bench.Folder["odd.evc"]);
        var options = new UnprotectOptions { RemoveSource = true, RestoreName = true };
        Assert.True((await _bench.UnprotectAsync(_bench.Folder["odd.evc"], _bench.Folder["odd"], options)).SourceRemoved);
        Assert.Equal(["data.bin"], FileBench.NamesIn(_bench.Folder.Path));
    }

    [Fact]
    public async Task Stopped_comparison_keeps_the_source()
    {
        using var stop = new CancellationTokenSource();
        var source = _bench.Source(3_000_000);
        var files = new ScriptedFileSystem();
        files.Before = (call, _) =>
        {
            if (call == "FlushFolder")
                stop.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _bench.Protecting(Options, files).ProtectFileAsync(source, Envelope, progress: null, stop.Token));
        Assert.True(File.Exists(source));
    }

    private static bool TellsOfStores(string source, MemoryMappedViewAccessor view)
    {
        using var file = File.OpenHandle(source, share: FileShare.ReadWrite);
        RandomAccess.FlushToDisk(file);
        File.SetLastWriteTimeUtc(source, DateTime.UnixEpoch);
        view.Write(5000, (byte)1);
        var tells = File.GetLastWriteTimeUtc(source) != DateTime.UnixEpoch;
        File.SetLastWriteTimeUtc(source, DateTime.UnixEpoch);
        return tells;
    }

    private string Envelope => _bench.Folder["data.bin.evc"];

    private ProtectOptions Options => new() { Keks = _bench.Keks("local:a"), RemoveSource = true };

    // What looks, and changes nothing, is not of the order.
    private static ScriptedFileSystem Noting(List<string> calls) => new()
    {
        Before = (call, _) => calls.AddRange(call is "OpenFolder" or "Status" or "OpenRead" or "TellsLate" or "Settle" or "Length" ? [] : [call]),
    };

    private Task<FileResult> ProtectAsync(string source, string? envelope = null, FileSystem? files = null, bool update = false) =>
        _bench.Protecting(Options with { Update = update }, files).ProtectFileAsync(
            source, envelope ?? Envelope, progress: null, CancellationToken.None);

    private Task<FileResult> UnprotectAsync(string envelope, string output, FileSystem? files = null, bool update = false) =>
        _bench.Unprotecting(new UnprotectOptions { RemoveSource = true, Update = update }, files).UnprotectFileAsync(
            envelope, output, progress: null, CancellationToken.None);

    private static async Task KeptAsync(string source, Func<Task> action)
    {
        var failure = await Refused.AsAsync(EnvelopeError.SourceKept, action);
        Assert.Equal(source, failure.Path);
        Assert.True(File.Exists(source));
    }
}
