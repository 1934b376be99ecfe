using System.Text;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>In place or beside, the file is the same but for its recipients.</summary>
public sealed class RewrapLayoutTests : IDisposable
{
    private const UnixFileMode GroupToo = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Two_slots_are_written_in_place()
    {
        var envelope = await _bench.PipedEnvelopeAsync(SampleBytes.Of(100_000), "local:a");
        var (before, header, bytes) = (
            FileStatus.Of(envelope)!.Value, FileBench.HeaderOf(envelope), await File.ReadAllBytesAsync(envelope));
        await RewrapAsync(envelope, "local:b");

        var (after, now) = (FileBench.HeaderOf(envelope), await File.ReadAllBytesAsync(envelope));
        Assert.True(FileStatus.Of(envelope)!.Value.IsSameFileAs(before));
        Assert.Equal((header.Layout, header.Generation + 1, true), (after.Layout, after.Generation, after.SlotsAgree));
        Assert.Equal(bytes[..header.Layout.SlotOffset], now[..header.Layout.SlotOffset]);
        Assert.Equal(bytes[header.Layout.BodyOffset..], now[header.Layout.BodyOffset..]);
    }

    [Fact]
    public async Task Only_the_slots_are_written_in_place()
    {
        var envelope = await _bench.PipedEnvelopeAsync(SampleBytes.Of(100_000), "local:a");
        var calls = new List<string>();
        var files = new ScriptedFileSystem
        {
            Before = (call, _) => calls.AddRange(
                call is "OpenFolder" or "Status" or "OpenRead" or "Read" or "Length" or "TryLock" or "TryHold" ? [] : [call]),
        };
        await _bench.Rewrapping(new RewrapOptions { NewKeks = _bench.Keks("local:b") }, files)
            .RewrapFileAsync(envelope, CancellationToken.None);
        Assert.Equal("OpenLock OpenWrite Write Flush Forget Write Flush Forget ReleaseLock", string.Join(' ', calls));
    }

    [Fact]
    public async Task File_that_may_only_be_read_is_written_beside()
    {
        var envelope = await _bench.PipedEnvelopeAsync(SampleBytes.Of(1000), "local:a");
        UnixTool.Run("chmod", "400", envelope);
        var files = new ScriptedFileSystem();
        if (UnixTool.IsRoot) // whom the mode does not stop
            files.Before = (call, _) => _ = call == "OpenWrite" ? throw new UnauthorizedAccessException() : 0;
        await _bench.Rewrapping(new RewrapOptions { NewKeks = _bench.Keks("local:b") }, files)
            .RewrapFileAsync(envelope, CancellationToken.None);
        Assert.Equal((2, true), (FileBench.HeaderOf(envelope).Layout.SlotCount, FileBench.HeaderOf(envelope).SlotsAgree));
        Assert.Equal(SampleBytes.Of(1000), await _bench.OpenAsync(envelope, "local:b"));
        Assert.Equal(UnixFileMode.UserRead, FileStatus.Of(envelope)!.Value.Mode);
    }

    [Fact]
    public async Task Nothing_of_the_old_kek_stays_in_the_file()
    {
        foreach (var make in new Func<byte[], string[], Task<string>>[] { _bench.EnvelopeAsync, _bench.PipedEnvelopeAsync })
        {
            var envelope = await make(SampleBytes.Of(10), ["local:old"]);
            var recipient = FileBench.HeaderOf(envelope).Recipients.Single();
            await RewrapAsync(envelope, "local:new");
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(envelope));
            Assert.DoesNotContain(Base64UrlText.Encode(recipient.WrappedKey.Span), text, StringComparison.Ordinal);
            Assert.DoesNotContain(recipient.Kid, text, StringComparison.Ordinal);
            Assert.Contains("local:new/", text, StringComparison.Ordinal);
            File.Delete(envelope);
        }
    }

    [Fact]
    public async Task One_slot_is_written_beside_and_stays_one()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(100_000), "local:a");
        var (before, body, header) = (FileStatus.Of(envelope)!.Value, FileBench.BodyOf(envelope), FileBench.HeaderOf(envelope));
        await RewrapAsync(envelope, "local:a-longer-name");
        var after = FileBench.HeaderOf(envelope);
        Assert.False(FileStatus.Of(envelope)!.Value.IsSameFileAs(before));
        Assert.Equal((1, header.Generation + 1), (after.Layout.SlotCount, after.Generation));
        Assert.Equal(body, FileBench.BodyOf(envelope));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(3_000_000)]
    public async Task Recipients_that_outgrow_their_slot_are_written_beside(int length)
    {
        var plaintext = SampleBytes.Of(length);
        var envelope = await _bench.PipedEnvelopeAsync(plaintext, "local:a");
        var (body, layout) = (FileBench.BodyOf(envelope), FileBench.HeaderOf(envelope).Layout);
        _bench.Service.WrappedLength = 3000;
        await _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks("service:1", "service:2", "service:3") });

        var after = FileBench.HeaderOf(envelope);
        Assert.Equal((2, true, 4), (after.Layout.SlotCount, after.SlotsAgree, after.Recipients.Count));
        Assert.True(after.Layout.SlotSize > layout.SlotSize);
        Assert.Equal(body, FileBench.BodyOf(envelope));
        Assert.Equal(plaintext, await _bench.OpenAsync(envelope, "service:3"));
        Assert.Equal([envelope], Directory.GetFileSystemEntries(_bench.Folder.Path));

        await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:a") });
        Assert.Equal(after.Layout, FileBench.HeaderOf(envelope).Layout); // in place again, with room to spare
    }

    [Fact]
    public async Task Large_file_with_one_slot_gets_two()
    {
        var made = new HandmadeEnvelope { Plaintext = SampleBytes.Of(1024 * 1024) };
        var envelope = _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("local:a")));
        await RewrapAsync(envelope, "local:b");
        Assert.Equal(2, FileBench.HeaderOf(envelope).Layout.SlotCount);
        Assert.Equal(made.Plaintext, await _bench.OpenAsync(envelope, "local:b"));
    }

    [Theory]
    [InlineData(ulong.MaxValue - 2, ulong.MaxValue - 1)]
    [InlineData(ulong.MaxValue - 1, 1UL)]
    [InlineData(ulong.MaxValue, 1UL)]
    public async Task Generation_that_has_run_out_starts_again_beside(ulong generation, ulong next)
    {
        foreach (var slotCount in new[] { 1, 2 })
        {
            var made = new HandmadeEnvelope { SlotCount = slotCount, Generation = generation };
            var envelope = _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("local:a")));
            await RewrapAsync(envelope, "local:b");
            Assert.Equal(next, FileBench.HeaderOf(envelope).Generation);
            Assert.Equal(made.Plaintext, await _bench.OpenAsync(envelope, "local:b"));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Slot_that_was_torn_is_repaired(int slot)
    {
        var envelope = await _bench.PipedEnvelopeAsync(SampleBytes.Of(10), "local:a");
        var layout = FileBench.HeaderOf(envelope).Layout;
        var bytes = await File.ReadAllBytesAsync(envelope);
        bytes.AsSpan(layout.SlotOffset + (slot * layout.SlotSize) + 100, 500).Fill(0x5a);
        await File.WriteAllBytesAsync(envelope, bytes);
        Assert.False((await InspectOperation.InspectFileAsync(envelope, CancellationToken.None)).SlotsAgree);

        var result = await RewrapAsync(envelope, "local:a");
        Assert.Equal((FileOutcome.Repaired, (RewrapMethod?)null), (result.Status, result.Method));
        Assert.True(FileBench.HeaderOf(envelope).SlotsAgree);
        Assert.Equal(FileOutcome.Unchanged, (await RewrapAsync(envelope, "local:a")).Status);
        Assert.Equal(SampleBytes.Of(10), await _bench.OpenAsync(envelope));
    }

    [Fact]
    public async Task Both_slots_torn_and_two_of_one_generation_are_refused()
    {
        var envelope = await _bench.PipedEnvelopeAsync(SampleBytes.Of(10), "local:a");
        var layout = FileBench.HeaderOf(envelope).Layout;
        var bytes = await File.ReadAllBytesAsync(envelope);
        var forked = RecipientSlot.ToBytes(1, RecipientList.ToJson([SampleRecipients.Local()]), layout.SlotSize);
        forked.CopyTo(bytes, layout.SlotOffset);
        await File.WriteAllBytesAsync(envelope, bytes);
        await RefusesAsync(EnvelopeError.RecipientsForked, envelope);

        bytes[layout.SlotOffset + 50] ^= 1;
        bytes[layout.SlotOffset + layout.SlotSize + 50] ^= 1;
        await File.WriteAllBytesAsync(envelope, bytes);
        await RefusesAsync(EnvelopeError.RecipientsDamaged, envelope);
    }

    [Fact]
    public async Task Slot_that_is_whole_and_says_nonsense_is_not_passed_over()
    {
        // There is no falling back to the older one: that would bring back who was removed.
        var envelope = await _bench.PipedEnvelopeAsync(SampleBytes.Of(10), "local:a");
        var layout = FileBench.HeaderOf(envelope).Layout;
        var bytes = await File.ReadAllBytesAsync(envelope);
        RecipientSlot.ToBytes(2, "{}"u8, layout.SlotSize).CopyTo(bytes, layout.SlotOffset);
        await File.WriteAllBytesAsync(envelope, bytes);
        await RefusesAsync(EnvelopeError.HeaderInvalid, envelope);
    }

    // Killed in between, it would be closed for ever to all but its owner.
    [Fact]
    public async Task Envelope_that_is_written_beside_has_its_access_before_its_name()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(10), "local:a");
        var calls = new List<string>();
        var options = new RewrapOptions { NewKeks = _bench.Keks("local:b") };
        await _bench.Rewrapping(options, new ScriptedFileSystem { Before = (call, _) => calls.Add(call) })
            .RewrapFileAsync(envelope, CancellationToken.None);
        var mode = OperatingSystem.IsWindows() ? "" : "SetMode "; // Windows has none
        Assert.Matches($"CopyAttributes {mode}.*Publish ((?!CopyAttributes|SetMode).)*$", string.Join(' ', calls));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Mode_and_owner_survive(int slotCount)
    {
        var envelope = slotCount == 1
            ? await _bench.EnvelopeAsync(SampleBytes.Of(10), "local:a")
            : await _bench.PipedEnvelopeAsync(SampleBytes.Of(10), "local:a");
        UnixTool.Run("chmod", "640", envelope);
        if (UnixTool.IsRoot)
            UnixTool.Run("chown", "12345:54321", envelope);
        var before = UnixTool.Output("stat", "-c", "%u %g %a", envelope);
        await RewrapAsync(envelope, "local:b");
        Assert.Equal(before, UnixTool.Output("stat", "-c", "%u %g %a", envelope));
        Assert.Equal(GroupToo, FileStatus.Of(envelope)!.Value.Mode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Link_is_followed_and_stays_a_link(int slotCount)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Links need rights on Windows.");
        var plain = SampleBytes.Of(10);
        var envelope = slotCount == 1 ? await _bench.EnvelopeAsync(plain, "local:a") : await _bench.PipedEnvelopeAsync(plain, "local:a");
        Directory.CreateDirectory(_bench.Folder["there"]);
        File.CreateSymbolicLink(_bench.Folder["there/one"], "../data.bin.evc");
        var link = File.CreateSymbolicLink(_bench.Folder["there/two"], "one").FullName;

        var result = await RewrapAsync(link, "local:b");
        Assert.Equal(link, result.SourcePath);
        Assert.Equal("one", new FileInfo(link).LinkTarget);
        Assert.Equal(plain, await _bench.OpenAsync(envelope, "local:b"));
        Assert.Equal("local:b", FileBench.HeaderOf(envelope).Recipients.Single().Kek);
        Assert.Equal(["data.bin.evc", "there"], FileBench.NamesIn(_bench.Folder.Path));
        Assert.Equal(2, Directory.GetFileSystemEntries(_bench.Folder["there"]).Length);
    }

    [Fact]
    public async Task Link_below_a_linked_folder_leads_to_the_file_that_the_system_means()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Only Linux is asked so closely.");
        var decoy = await _bench.EnvelopeAsync(SampleBytes.Of(10), "local:a");
        var envelope = _bench.Folder["deep/data.bin.evc"];
        Directory.CreateDirectory(_bench.Folder["deep/deeper"]);
        File.Copy(decoy, envelope);
        File.CreateSymbolicLink(_bench.Folder["deep/deeper/link"], "../data.bin.evc");
        Directory.CreateSymbolicLink(_bench.Folder["alias"], _bench.Folder["deep/deeper"]);

        await RewrapAsync(_bench.Folder["alias/link"], "local:b");
        Assert.Equal("local:b", FileBench.HeaderOf(envelope).Recipients.Single().Kek);
        Assert.Equal("local:a", FileBench.HeaderOf(decoy).Recipients.Single().Kek);
    }

    private Task<FileResult> RewrapAsync(string envelope, string kek) =>
        _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks(kek) });

    private async Task RefusesAsync(EnvelopeError error, string envelope)
    {
        await _bench.RefusesAsync(error, envelope, () => RewrapAsync(envelope, "local:b"));
        await _bench.RefusesAsync(error, envelope, () => _bench.UnprotectAsync(envelope, _bench.Folder["back"]));
    }
}
