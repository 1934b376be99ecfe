using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Cli;
using EnvelopeCrypto.Tests.Files;
using EnvelopeCrypto.Tests.Keys;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>What else can happen around a rewrap.</summary>
public sealed class RewrapFaultTests : IDisposable
{
    private const long Huge = 10L << 30;
    private const int Most = 64 * 1024;
    private const int ManyRewraps = 1000;

    private static readonly byte[] Plaintext = SampleBytes.Of(1000);

    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("local:b")]
    [InlineData("service:b")]
    public async Task File_of_10_GiB_is_rewrapped_with_64_KiB_read_and_written(string newKek)
    {
        var envelope = await _bench.PipedEnvelopeAsync(Plaintext, "local:a");
        var length = FileBench.HeaderOf(envelope).Layout.BodyOffset + Cobblestone.MessageLength(Huge);
        using (var file = File.OpenHandle(envelope, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.SetLength(file, length); // no bytes stand behind the first chunk, so none can be read by chance
        var files = new CountingFileSystem();
        var result = await _bench.Rewrapping(new RewrapOptions { NewKeks = _bench.Keks(newKek) }, files)
            .RewrapFileAsync(envelope, CancellationToken.None);
        Assert.Equal((FileOutcome.Rewrapped, Huge), (result.Status, result.Length));
        Assert.Equal([newKek], FileBench.KeksOf(envelope));
        Assert.InRange(files.BytesRead, 1, Most);
        Assert.InRange(files.BytesWritten, 1, Most);
        Assert.Equal(length, new FileInfo(envelope).Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Clock_that_was_set_back_harms_nothing(int slotCount)
    {
        var envelope = slotCount == 1
            ? await _bench.EnvelopeAsync(Plaintext, "local:a")
            : await _bench.PipedEnvelopeAsync(Plaintext, "local:a");
        var past = new TestTime(DateTimeOffset.UnixEpoch.AddYears(5));
        File.SetLastWriteTimeUtc(envelope, File.GetLastWriteTimeUtc(envelope).AddYears(3));
        foreach (var options in new[] { new RewrapOptions { NewKeks = _bench.Keks("local:b") }, new RewrapOptions { NewKeks = _bench.Keks("local:a"), RotateDataKey = true } })
        {
            var generation = FileBench.HeaderOf(envelope).Generation;
            await _bench.Rewrapping(options, time: past).RewrapFileAsync(envelope, CancellationToken.None);
            Assert.Equal((generation + 1, true), (FileBench.HeaderOf(envelope).Generation, FileBench.HeaderOf(envelope).SlotsAgree));
            Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, options.NewKeks[0].Text));
        }
    }

    [Fact]
    public async Task Clock_that_was_set_back_misses_no_change_of_a_source()
    {
        var (source, envelope) = (_bench.Source(), _bench.Folder["x.evc"]);
        var options = new ProtectOptions { Keks = _bench.Keks("local:a"), Update = true };
        await _bench.Protecting(options).ProtectFileAsync(source, envelope, progress: null, CancellationToken.None);
        File.SetLastWriteTimeUtc(source, File.GetLastWriteTimeUtc(source).AddSeconds(1));
        await new ProtectOperation(_bench.Session, options, new TestTime(DateTimeOffset.UnixEpoch), FileSystem.Default)
            .ProtectFileAsync(source, envelope, progress: null, CancellationToken.None);
        await File.WriteAllBytesAsync(source, SampleBytes.Of(100, seed: 2));
        File.SetLastWriteTimeUtc(source, File.GetLastWriteTimeUtc(source).AddSeconds(5));
        var result = await _bench.Protecting(options).ProtectFileAsync(source, envelope, progress: null, CancellationToken.None);
        Assert.Equal(FileOutcome.Protected, result.Status);
    }

    [Fact]
    public async Task Reader_in_a_tight_loop_never_fails_during_1000_rewraps()
    {
        var envelope = await _bench.PipedEnvelopeAsync(Plaintext, "local:a");
        var to = new[] { _bench.Rewrapping(New("local:b")), _bench.Rewrapping(New("local:a")) };
        using var done = new CancellationTokenSource();
        var reads = new TaskCompletionSource();
        var reading = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                Assert.Equal(Plaintext, await _bench.OpenAsync(envelope));
                reads.TrySetResult();
            }
        });
        await Task.WhenAny(reads.Task, reading);
        for (var i = 0; i < ManyRewraps && !reading.IsFaulted; i++)
            Assert.Equal(FileOutcome.Rewrapped, (await to[i % 2].RewrapFileAsync(envelope, CancellationToken.None)).Status);
        await done.CancelAsync();
        await reading;
    }

    [Fact]
    public async Task Crash_between_the_two_slots_opens_with_the_new_kek_and_is_repaired()
    {
        var envelope = await _bench.PipedEnvelopeAsync(Plaintext, "local:a");
        var flushes = 0;
        var files = new ScriptedFileSystem
        {
            Before = (call, _) =>
                _ = call == "Write" && flushes == 1 ? throw ScriptedFileSystem.Failure(call) : flushes += call == "Flush" ? 1 : 0,
        };
        await Refused.AsAsync(
            EnvelopeError.OutputFailed, () => _bench.Rewrapping(New("local:b"), files).RewrapFileAsync(envelope, CancellationToken.None));
        Assert.False(FileBench.HeaderOf(envelope).SlotsAgree);
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:b"));
        Assert.Equal(FileOutcome.Repaired, (await _bench.RewrapAsync(envelope, New("local:b"))).Status);
        Assert.True(FileBench.HeaderOf(envelope).SlotsAgree);
        Assert.Equal(FileOutcome.Unchanged, (await _bench.RewrapAsync(envelope, New("local:b"))).Status);
    }

    // As when a part of the file comes back from an older copy: a fork.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Old_slot_that_came_back_is_not_believed_and_goes_again(int slot)
    {
        var envelope = await _bench.PipedEnvelopeAsync(Plaintext, "local:a");
        var header = FileBench.HeaderOf(envelope);
        var old = header.Slot(slot).ToArray();
        await _bench.RewrapAsync(envelope, New("local:b"));
        Restore(envelope, header.Layout.SlotOffset + (slot * header.Layout.SlotSize), old);
        Assert.Equal(["local:b"], FileBench.KeksOf(envelope));
        Assert.Equal(FileOutcome.Repaired, (await _bench.RewrapAsync(envelope, New("local:b"))).Status);
        Assert.Equal(-1, (await File.ReadAllBytesAsync(envelope)).AsSpan().IndexOf(old));
    }

    [Fact]
    public async Task Slots_of_two_forks_are_refused_and_nothing_is_written()
    {
        var envelope = await ForkedAsync();
        await _bench.RefusesAsync(EnvelopeError.RecipientsForked, envelope, () => _bench.RewrapAsync(envelope, New("local:d")));
    }

    [Theory]
    [InlineData(ForkedSlot.First, "local:c", "local:b")]
    [InlineData(ForkedSlot.Second, "local:b", "local:c")]
    public async Task Slot_of_a_fork_that_is_believed_mends_the_file(ForkedSlot slot, string stays, string goes)
    {
        var envelope = await ForkedAsync();
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { Slot = slot });
        Assert.Equal((FileOutcome.Rewrapped, goes), (result.Status, Assert.Single(result.RemovedKek)));
        Assert.Equal([stays], FileBench.KeksOf(envelope));
        Assert.True(FileBench.HeaderOf(envelope).SlotsAgree);
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope));
        Assert.Equal(FileOutcome.Unchanged, (await _bench.RewrapAsync(envelope, new RewrapOptions { Slot = slot })).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Slot_of_a_fork_is_believed_for_another_KEK_too(bool rotateDataKey)
    {
        var envelope = await ForkedAsync();
        await _bench.RewrapAsync(envelope, New("local:d") with { Slot = ForkedSlot.First, RotateDataKey = rotateDataKey });
        Assert.Equal(["local:d"], FileBench.KeksOf(envelope));
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:d"));
    }

    [Fact]
    public async Task Preview_says_what_a_fork_would_lose_and_that_others_stay()
    {
        var envelope = await ForkedAsync();
        var mend = new RewrapOptions { Slot = ForkedSlot.First };
        var preview = await _bench.RewrapAsync(envelope, mend with { WhatIf = true });
        Assert.Equal(
            (FileOutcome.Rewrapped, "local:c", "local:b"), (preview.Status, Assert.Single(preview.Kek), Assert.Single(preview.RemovedKek)));
        await _bench.RewrapAsync(envelope, mend);
        Assert.Equal(FileOutcome.Unchanged, (await _bench.RewrapAsync(envelope, mend with { WhatIf = true })).Status);
    }

    // Files that are not meant, and those that are no forks.
    [Fact]
    public async Task Fork_is_mended_although_the_old_KEK_is_another()
    {
        var envelope = await ForkedAsync();
        var options = new RewrapOptions { OldKeks = _bench.Keks("local:x"), NewKeks = _bench.Keks("local:d"), Slot = ForkedSlot.First };
        Assert.Equal(FileOutcome.Rewrapped, (await _bench.RewrapAsync(envelope, options)).Status);
        Assert.Equal(["local:c"], FileBench.KeksOf(envelope));
        Assert.Equal(FileOutcome.Unchanged, (await _bench.RewrapAsync(envelope, options)).Status);
    }

    // The slot that goes is the only way in.
    [Fact]
    public async Task Slot_of_a_fork_that_opens_for_nobody_here_takes_no_other_away()
    {
        var envelope = await ForkedAsync();
        using var session = _bench.OpenSession(["local:b"]);
        await _bench.RefusesAsync(EnvelopeError.WouldLockOut, envelope, () =>
            _bench.Rewrapping(new RewrapOptions { Slot = ForkedSlot.First }, session: session).RewrapFileAsync(envelope, CancellationToken.None));
    }

    // A slot of a copy that was rewrapped more often, by a KEK that is gone: the other slot is the only way in, and older.
    [Fact]
    public async Task Cut_off_rewrap_is_finished_only_when_what_it_left_opens()
    {
        var envelope = await NewerStrangeSlotAsync();
        using var session = _bench.OpenSession(["local:b"]);
        foreach (var options in new[] { New("local:d") with { OldKeks = _bench.Keks("local:x") }, new RewrapOptions { Slot = ForkedSlot.Second } })
        {
            await _bench.RefusesAsync(EnvelopeError.WouldLockOut, envelope, () =>
                _bench.Rewrapping(options, session: session).RewrapFileAsync(envelope, CancellationToken.None));
        }
    }

    [Fact]
    public async Task Older_slot_can_be_believed_and_then_opens()
    {
        var envelope = await NewerStrangeSlotAsync();
        var generation = FileBench.HeaderOf(envelope).Generation;
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { Slot = ForkedSlot.First });
        Assert.Equal((FileOutcome.Rewrapped, "local:c"), (result.Status, Assert.Single(result.RemovedKek)));
        Assert.Equal(["local:b"], FileBench.KeksOf(envelope));
        Assert.True(FileBench.HeaderOf(envelope) is { SlotsAgree: true, Generation: var after } && after > generation);
    }

    // Whoever can write the file writes its idle slot alone: a recipient of another envelope, a higher generation, the right digest.
    [Fact]
    public async Task Forged_newer_slot_takes_no_recipient_away()
    {
        var other = await _bench.PipedEnvelopeAsync(SampleBytes.Of(10), "local:a");
        var stranger = FileBench.HeaderOf(other).Recipients;
        File.Delete(other);
        var envelope = await _bench.PipedEnvelopeAsync(Plaintext, "local:a", "local:b");
        var header = FileBench.HeaderOf(envelope);
        Restore(
            envelope,
            header.Layout.SlotOffset,
            RecipientSlot.ToBytes(header.Generation + 1, RecipientList.ToJson(stranger), header.Layout.SlotSize));

        foreach (var options in new[] { New("local:a"), New("local:d") with { OldKeks = _bench.Keks("local:x") } })
        {
            var refusal = await Record.ExceptionAsync(() => _bench.RewrapAsync(envelope, options));
            Assert.True(
                refusal is EnvelopeException { Error: EnvelopeError.WouldLockOut or EnvelopeError.CommitmentMismatch },
                refusal?.ToString());
        }
        await _bench.RewrapAsync(envelope, new RewrapOptions { Slot = ForkedSlot.Second });
        Assert.Equal(["local:a", "local:b"], FileBench.KeksOf(envelope));
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope));
    }

    // The file's own slot is made unreadable too, and its bytes are all that still opens the file.
    [Theory]
    [InlineData(false)] // its digest is wrong
    [InlineData(true)] // its digest is right, and a rule is broken: generation 0
    public async Task Slot_that_cannot_be_read_is_written_over_only_when_what_was_read_opens(bool breaksRule)
    {
        var other = await _bench.PipedEnvelopeAsync(SampleBytes.Of(10), "local:a");
        var stranger = FileBench.HeaderOf(other).Recipients;
        File.Delete(other);
        var envelope = await _bench.PipedEnvelopeAsync(Plaintext, "local:a", "local:b");
        var header = FileBench.HeaderOf(envelope);
        var (size, second) = (header.Layout.SlotSize, header.Layout.SlotOffset + header.Layout.SlotSize);
        Restore(envelope, header.Layout.SlotOffset, RecipientSlot.ToBytes(header.Generation + 1, RecipientList.ToJson(stranger), size));
        if (breaksRule)
            Restore(envelope, second, RecipientSlot.ToBytes(0, RecipientList.ToJson(header.Recipients), size));
        else
            Restore(envelope, second + size - RecipientSlot.DigestSize, new byte[RecipientSlot.DigestSize]);
        Assert.True(FileBench.HeaderOf(envelope).HasUnreadableSlot);
        var bytes = await File.ReadAllBytesAsync(envelope);

        foreach (var options in new[] { New("local:a"), New("local:d") with { OldKeks = _bench.Keks("local:x") } })
        {
            var refusal = await Record.ExceptionAsync(() => _bench.RewrapAsync(envelope, options));
            Assert.True(
                refusal is EnvelopeException { Error: EnvelopeError.WouldLockOut or EnvelopeError.CommitmentMismatch },
                refusal?.ToString());
        }
        Assert.Equal(bytes, await File.ReadAllBytesAsync(envelope));
    }

    // As SSHFS (ENOENT) and NFS (ESTALE) say of an open file that another run has replaced.
    [Theory]
    [InlineData(2)]
    [InlineData(116)]
    public async Task File_that_another_run_replaces_meanwhile_is_rewrapped_as_it_is_then(int error)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "These are errors of Linux.");
        var envelope = await _bench.PipedEnvelopeAsync(Plaintext, "local:a");
        var files = new ScriptedFileSystem();
        var gone = 3;
        files.Before = (call, _) =>
        {
            if (call == "Status" && gone-- > 0)
                throw new IOException("gone", error);
        };
        var result = await _bench.Rewrapping(New("local:b"), files).RewrapFileAsync(envelope, CancellationToken.None);
        Assert.Equal((FileOutcome.Rewrapped, "local:b"), (result.Status, Assert.Single(FileBench.KeksOf(envelope))));
        gone = int.MaxValue;
        await _bench.RefusesAsync(
            EnvelopeError.SourceChanged, envelope, () => _bench.Rewrapping(New("local:a"), files).RewrapFileAsync(envelope, CancellationToken.None));
    }

    [Fact]
    public async Task Slot_that_is_to_be_believed_must_be_whole()
    {
        var envelope = await _bench.PipedEnvelopeAsync(Plaintext, "local:a");
        var layout = FileBench.HeaderOf(envelope).Layout;
        Restore(envelope, layout.SlotOffset + 100, new byte[200]);
        await _bench.RefusesAsync(
            EnvelopeError.RecipientsDamaged, envelope, () => _bench.RewrapAsync(envelope, new RewrapOptions { Slot = ForkedSlot.First }));
    }

    // The first slot is for local:b, of generation 2; the second for local:c, of generation 3.
    private async Task<string> NewerStrangeSlotAsync()
    {
        var envelope = await _bench.PipedEnvelopeAsync(Plaintext, "local:a");
        var copy = _bench.Folder["copy.evc"];
        File.Copy(envelope, copy);
        await _bench.RewrapAsync(envelope, New("local:b"));
        await _bench.RewrapAsync(copy, New("local:b"));
        await _bench.RewrapAsync(copy, New("local:c"));
        var header = FileBench.HeaderOf(copy);
        Restore(envelope, header.Layout.SlotOffset + header.Layout.SlotSize, header.Slot(1).ToArray());
        File.Delete(copy);
        return envelope;
    }

    // Two copies of one envelope were rewrapped apart, and a slot of the one is in the other: both claim the same generation.
    private async Task<string> ForkedAsync()
    {
        var envelope = await _bench.PipedEnvelopeAsync(Plaintext, "local:a");
        var fork = _bench.Folder["fork.evc"];
        File.Copy(envelope, fork);
        await _bench.RewrapAsync(envelope, New("local:b"));
        await _bench.RewrapAsync(fork, New("local:c"));
        var header = FileBench.HeaderOf(fork);
        Restore(envelope, header.Layout.SlotOffset, header.Slot(0).ToArray());
        File.Delete(fork);
        return envelope;
    }

    [Fact]
    public async Task File_that_was_replaced_while_its_data_key_was_rotated_is_kept()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:a");
        var newer = _bench.Folder.Write("newer", SampleBytes.Of(10));
        _bench.Service.Meanwhile = () =>
        {
            if (File.Exists(newer))
                Successor.Takes(newer, envelope);
        };
        var options = new RewrapOptions { RotateDataKey = true, NewKeks = _bench.Keks("service:b") };
        await Refused.AsAsync(EnvelopeError.SourceChanged, () => _bench.RewrapAsync(envelope, options));
        Assert.Equal(SampleBytes.Of(10), await File.ReadAllBytesAsync(envelope));
        Assert.Equal(["data.bin.evc"], FileBench.NamesIn(_bench.Folder.Path));
    }

    [Fact]
    public void Two_processes_rewrap_one_tree()
    {
        using var tools = new ToolBench();
        tools.MakeKek("next");
        for (var i = 0; i < 30; i++)
            tools.Write($"tree/f{i}", SampleBytes.Of(i % 5 == 0 ? 1_100_000 : 1000, seed: i + 1));
        tools.Run("protect", "tree", "-r", "-q", "--kek", ToolBench.Kek).RequireDone();
        string[] rewrap = ["rewrap", "tree", "-r", "-q", "--old-kek", ToolBench.Kek, "--new-kek", "local:next"];
        using (var one = tools.Start(rewrap))
        {
            using var other = tools.Start(rewrap);
            one.Finish().RequireDone();
            other.Finish().RequireDone();
        }
        Assert.Equal(60, Directory.GetFiles(tools["tree"]).Length);
        foreach (var envelope in Directory.GetFiles(tools["tree"], "*.evc"))
            Assert.Equal(("local:next", true), (Assert.Single(FileBench.KeksOf(envelope)), FileBench.HeaderOf(envelope).SlotsAgree));
        tools.Run("verify", "tree", "-r", "-q").RequireDone();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Extended_attributes_survive_a_file_that_is_written_anew(bool rotates)
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:a");
        UnixTool.Run("python3", "-c", "import os,sys; os.setxattr(sys.argv[1], 'user.origin', b'a \\xff b')", envelope);
        await _bench.RewrapAsync(envelope, New("local:b") with { RotateDataKey = rotates });
        Assert.Equal(
            "6120ff2062",
            UnixTool.Output("python3", "-c", "import os,sys; print(os.getxattr(sys.argv[1], 'user.origin').hex())", envelope).Trim());
    }

    // An access control list of POSIX: user 1 may read. As setfacl writes it.
    [Fact]
    public async Task Access_control_list_survives_a_file_that_is_written_anew()
    {
        const string entries = "0200000001000600ffffffff020004000100000004000000ffffffff10000400ffffffff20000000ffffffff";
        const string read = "import os,sys; print(os.getxattr(sys.argv[1], 'system.posix_acl_access').hex())";
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:a");
        UnixTool.Run(
            "python3", "-c", $"import os,sys; os.setxattr(sys.argv[1], 'system.posix_acl_access', bytes.fromhex('{entries}'))", envelope);
        var before = UnixTool.Output("python3", "-c", read, envelope);
        await _bench.RewrapAsync(envelope, New("local:b"));
        Assert.Equal(before, UnixTool.Output("python3", "-c", read, envelope));
    }

    [Fact]
    public async Task Folder_that_may_only_be_read_refuses_what_needs_a_new_file_and_loses_nothing()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:a");
        var source = _bench.Source();
        UnixTool.Run("chattr", "+i", _bench.Folder.Path); // which stops root too
        try
        {
            var before = FolderState.Of(_bench.Folder.Path);
            foreach (var options in new[] { New("local:b"), New("local:b") with { RotateDataKey = true } })
                await Refused.AsAsync(EnvelopeError.OutputFailed, () => _bench.RewrapAsync(envelope, options));
            await Refused.AsAsync(EnvelopeError.OutputFailed, () => _bench.ProtectAsync(source, _bench.Folder["new.evc"], "local:a"));
            var remove = new ProtectOptions { Keks = _bench.Keks("local:a"), RemoveSource = true };
            using var elsewhere = new TempFolder();
            await Refused.AsAsync(
                EnvelopeError.SourceKept,
                () => _bench.Protecting(remove).ProtectFileAsync(source, elsewhere["x.evc"], progress: null, CancellationToken.None));
            Assert.Equal(before, FolderState.Of(_bench.Folder.Path));
        }
        finally
        {
            UnixTool.Run("chattr", "-i", _bench.Folder.Path);
        }
    }

    private RewrapOptions New(string kek) => new() { NewKeks = _bench.Keks(kek) };

    private static void Restore(string envelope, int offset, byte[] bytes)
    {
        using var file = File.OpenHandle(envelope, FileMode.Open, FileAccess.Write);
        RandomAccess.Write(file, bytes, offset);
    }
}
