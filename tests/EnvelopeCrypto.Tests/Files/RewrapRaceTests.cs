using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>Others work on the same file at the same time.</summary>
public sealed class RewrapRaceTests : IDisposable
{
    private static readonly byte[] Plaintext = SampleBytes.Of(1000);

    private readonly FileBench _bench = new();

    public static TheoryData<int> SlotCounts { get; } = [1, 2];

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Rewraps_at_once_lose_nothing(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount);
        var keks = Enumerable.Range(0, 10).Select(i => _bench.Kek($"local:k{i}")).ToArray();
        await Parallel.ForEachAsync(keks, new ParallelOptions { MaxDegreeOfParallelism = keks.Length }, async (kek, stop) =>
            await _bench.Rewrapping(new RewrapOptions { AddKeks = [kek] }).RewrapFileAsync(envelope, stop));

        var header = FileBench.HeaderOf(envelope);
        Assert.Equal(["local:a", .. keks.Select(kek => kek.Text)], FileBench.KeksOf(envelope).Order(StringComparer.Ordinal).ToArray());
        Assert.Equal((true, 11UL), (header.SlotsAgree, header.Generation));
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:k7"));
        Assert.Equal([envelope], Directory.GetFileSystemEntries(_bench.Folder.Path));
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Reader_never_fails_while_recipients_change(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount);
        using var done = new CancellationTokenSource();
        var reads = 0;
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            for (; !done.IsCancellationRequested; Interlocked.Increment(ref reads))
                Assert.Equal(Plaintext, await _bench.OpenAsync(envelope));
        })).ToArray();
        try
        {
            for (var i = 0; i < 60 || (Volatile.Read(ref reads) < 60 && !Array.Exists(readers, reader => reader.IsFaulted)); i++)
                await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks(i % 2 == 0 ? "local:b" : "local:a") });
        }
        finally
        {
            await done.CancelAsync();
        }
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task Reader_that_meets_both_writes_reads_again()
    {
        var envelope = await EnvelopeAsync(2);
        var layout = FileBench.HeaderOf(envelope).Layout;
        using var file = File.OpenHandle(envelope, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var sound = new byte[1];
        RandomAccess.Read(file, sound, layout.SlotOffset + 50);
        WriteToBoth((byte)~sound[0]);
        var reading = _bench.OpenAsync(envelope); // its first read, before it waits, has met both slots torn
        WriteToBoth(sound[0]);
        Assert.Equal(Plaintext, await reading);

        void WriteToBoth(byte value)
        {
            RandomAccess.Write(file, [value], layout.SlotOffset + 50);
            RandomAccess.Write(file, [value], layout.SlotOffset + layout.SlotSize + 50);
        }
    }

    [Fact]
    public async Task File_that_vanishes_while_its_lock_is_waited_for_is_not_found()
    {
        var envelope = await EnvelopeAsync(2);
        var files = new ScriptedFileSystem();
        files.Before = (call, _) =>
        {
            if (call == "OpenLock")
                File.Delete(envelope);
        };
        await Refused.AsAsync(EnvelopeError.SourceNotFound, () =>
            _bench.Rewrapping(new RewrapOptions { NewKeks = _bench.Keks("local:b") }, files).RewrapFileAsync(envelope, CancellationToken.None));
    }

    // One of a killed run of another user may not be opened, nor may it be told from one that is held.
    [Fact]
    public async Task Lock_file_of_another_user_is_named()
    {
        var envelope = await EnvelopeAsync(2);
        var theirs = _bench.Folder.Write("data.bin.evc.lock", []);
        var files = new ScriptedFileSystem { Before = (call, _) => _ = call == "OpenLock" ? throw new UnauthorizedAccessException() : 0 };
        var options = new RewrapOptions { NewKeks = _bench.Keks("local:b") };
        var failure = await _bench.RefusesAsync(
            EnvelopeError.EnvelopeBusy, envelope, () => _bench.Rewrapping(options, files, time: new ImpatientTime()).RewrapFileAsync(envelope, CancellationToken.None));
        Assert.Contains(theirs, failure.Reason, StringComparison.Ordinal);
        File.Delete(theirs);
        await Refused.AsAsync(
            EnvelopeError.OutputFailed, () => _bench.Rewrapping(options, files).RewrapFileAsync(envelope, CancellationToken.None));
    }

    [Fact]
    public async Task Lock_of_a_program_beside_an_envelope_of_another_name_stays()
    {
        var envelope = _bench.Folder["app"];
        File.Move(await EnvelopeAsync(2), envelope);
        var theirs = _bench.Folder.Write("app.lock", []);
        await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:b") });
        Assert.True(File.Exists(theirs));
        Assert.Equal(["app", "app.lock"], FileBench.NamesIn(_bench.Folder.Path));
        Assert.True(TemporaryFile.IsLockName(EnvelopeName.LockFor("app"))); // what a dead run leaves is tidied up
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task File_that_was_replaced_meanwhile_is_kept(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount);
        var newer = _bench.Folder.Write(
            "newer.evc", await new HandmadeEnvelope { SlotCount = slotCount }.ToBytesAsync(_bench.Session, _bench.Keks("local:a")));
        var bytes = await File.ReadAllBytesAsync(newer);
        _bench.Service.Meanwhile = () =>
        {
            if (File.Exists(newer))
                Successor.Takes(newer, envelope);
        };
        var failure = await Refused.AsAsync(
            EnvelopeError.SourceChanged, () => _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b") }));
        Assert.Equal(envelope, failure.Path);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(envelope));
        Assert.Equal([envelope], Directory.GetFileSystemEntries(_bench.Folder.Path));
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task File_that_was_removed_meanwhile_stays_removed(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount);
        _bench.Service.Meanwhile = () => File.Delete(envelope);
        await Refused.AsAsync(
            EnvelopeError.SourceChanged, () => _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b") }));
        Assert.Empty(Directory.GetFileSystemEntries(_bench.Folder.Path));
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task File_that_was_written_to_meanwhile_is_kept(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount);
        File.SetLastWriteTimeUtc(envelope, DateTime.UnixEpoch);
        _bench.Service.Meanwhile = () => File.AppendAllText(envelope, "more");
        await Refused.AsAsync(
            EnvelopeError.SourceChanged,
            () => _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b"), NoReadBack = true }));
        Assert.Equal("local:a", FileBench.HeaderOf(envelope).Recipients.Single().Kek);
        Assert.Equal([envelope], Directory.GetFileSystemEntries(_bench.Folder.Path));
    }

    // What was written in place is no longer what has the name: its recipients are those of the newer file.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task File_that_loses_its_name_while_it_is_written_is_not_said_to_be_rewrapped(int flush)
    {
        var envelope = await EnvelopeAsync(2);
        var newer = _bench.Folder.Write(
            "newer.evc", await new HandmadeEnvelope { SlotCount = 2 }.ToBytesAsync(_bench.Session, _bench.Keks("local:a")));
        var bytes = await File.ReadAllBytesAsync(newer);
        var flushes = 0;
        var files = new ScriptedFileSystem();
        files.Before = (call, _) =>
        {
            if (call == "Flush" && ++flushes == flush)
                Successor.Takes(newer, envelope);
        };
        var failure = await Refused.AsAsync(EnvelopeError.SourceChanged, () =>
            _bench.Rewrapping(new RewrapOptions { NewKeks = _bench.Keks("local:b") }, files).RewrapFileAsync(envelope, CancellationToken.None));
        Assert.Equal(envelope, failure.Path);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(envelope));
        Assert.Equal([envelope], Directory.GetFileSystemEntries(_bench.Folder.Path));
    }

    [Fact]
    public async Task Lock_of_another_process_is_waited_for_and_then_given_up()
    {
        var envelope = await EnvelopeAsync(2);
        Directory.CreateDirectory(_bench.Folder["there"]);
        var link = File.CreateSymbolicLink(_bench.Folder["there/link"], envelope).FullName;
        using var process = UnixTool.Start("flock", EnvelopeName.LockFor(envelope), "sh", "-c", "echo held; exec cat");
        Assert.Equal("held", await process.StandardOutput.ReadLineAsync());
        var options = new RewrapOptions { NewKeks = _bench.Keks("local:b") };
        foreach (var path in new[] { envelope, link }) // by whatever name
            await _bench.RefusesAsync(
                EnvelopeError.EnvelopeBusy,
                path,
                () => _bench.Rewrapping(options, time: new ImpatientTime()).RewrapFileAsync(path, CancellationToken.None));

        process.StandardInput.Close();
        await process.WaitForExitAsync();
        await _bench.RewrapAsync(link, options);
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:b"));
        Assert.False(File.Exists(EnvelopeName.LockFor(envelope)));
    }

    private Task<string> EnvelopeAsync(int slotCount) =>
        slotCount == 1 ? _bench.EnvelopeAsync(Plaintext, "local:a") : _bench.PipedEnvelopeAsync(Plaintext, "local:a");
}
