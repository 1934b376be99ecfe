using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>Which recipients an envelope has after each kind of rewrap, with one slot and with two.</summary>
public sealed class RewrapTests : IDisposable
{
    private static readonly byte[] Plaintext = SampleBytes.Of(1000);

    private readonly FileBench _bench = new();

    public static TheoryData<int> SlotCounts { get; } = [1, 2];

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task New_keks_alone_replace_all_others(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount, "local:a", "local:b");
        var body = FileBench.BodyOf(envelope);
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:c", "local:d") });

        Assert.Equal(
            (FileOutcome.Rewrapped, RewrapMethod.UnwrapAndWrap, RecipientProof.Verified), (result.Status, result.Method, result.Proof));
        Assert.Equal((envelope, envelope, "local:a", (long?)1000), (result.SourcePath, result.FullName, result.OpenedBy, result.Length));
        Assert.Equal(["local:a", "local:b"], result.RemovedKek);
        Assert.Equal(["local:c", "local:d"], result.Kek);
        Assert.Equal(["local:c", "local:d"], FileBench.KeksOf(envelope));
        Assert.Equal(body, FileBench.BodyOf(envelope));
        foreach (var kek in new[] { "local:c", "local:d" })
            Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, kek));
        await Refused.AsAsync(EnvelopeError.KekNotAllowed, () => _bench.OpenAsync(envelope, "local:a", "local:b"));
        Assert.Equal([envelope], Directory.GetFileSystemEntries(_bench.Folder.Path));
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Recipient_that_is_right_already_stays_as_it_is(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount, "local:a", "local:b", "local:c");
        var kept = WrappedKeyOf(envelope, "local:b");
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:d", "local:b") });
        Assert.Equal(["local:d", "local:b"], FileBench.KeksOf(envelope));
        Assert.Equal(["local:a", "local:c"], result.RemovedKek);
        Assert.Equal(kept, WrappedKeyOf(envelope, "local:b"));
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Old_kek_becomes_the_new_one_and_others_stay_in_their_place(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount, "local:x", "local:a", "local:y");
        var result = await _bench.RewrapAsync(
            envelope, new RewrapOptions { OldKeks = _bench.Keks("local:a"), NewKeks = _bench.Keks("local:b", "local:c") });
        Assert.Equal(["local:x", "local:b", "local:c", "local:y"], FileBench.KeksOf(envelope));
        Assert.Equal(["local:a"], result.RemovedKek);
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:c"));
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Old_kek_that_is_among_the_new_ones_stays_and_the_others_come_beside_it(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount, "local:x", "local:a", "local:y");
        var kept = WrappedKeyOf(envelope, "local:a");
        var options = new RewrapOptions { OldKeks = _bench.Keks("local:a"), NewKeks = _bench.Keks("local:a", "local:b") };
        var result = await _bench.RewrapAsync(envelope, options);
        Assert.Equal((FileOutcome.Rewrapped, RecipientProof.Verified), (result.Status, result.Proof));
        Assert.Equal(["local:x", "local:a", "local:b", "local:y"], FileBench.KeksOf(envelope));
        Assert.Empty(result.RemovedKek);
        Assert.Equal(kept, WrappedKeyOf(envelope, "local:a"));
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:b"));
        await UnchangedAsync(envelope, options);
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Rotated_old_kek_that_is_among_the_new_ones_gets_its_newest_version_and_the_others_beside_it(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount, "local:x", "local:a");
        _bench.Keyring.Rotate("a");
        var options = new RewrapOptions { OldKeks = _bench.Keks("local:a"), NewKeks = _bench.Keks("local:a", "local:b") };
        var operation = _bench.Rewrapping(options, session: _bench.OpenSession());
        var before = FileBench.HeaderOf(envelope).Recipients[1].Kid;
        var result = await operation.RewrapFileAsync(envelope, CancellationToken.None);
        Assert.Equal((FileOutcome.Rewrapped, RecipientProof.Verified), (result.Status, result.Proof));
        Assert.Equal(["local:x", "local:a", "local:b"], FileBench.KeksOf(envelope));
        Assert.NotEqual(before, FileBench.HeaderOf(envelope).Recipients[1].Kid, StringComparer.Ordinal);
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:b"));
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task File_without_the_old_kek_is_left_alone(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount, "local:x");
        await UnchangedAsync(envelope, new RewrapOptions { OldKeks = _bench.Keks("local:a"), NewKeks = _bench.Keks("local:b") });
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task What_is_as_wanted_is_unchanged_and_needs_no_key(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount, "service:a", "service:b");
        _bench.Service.RefusesUnwrap = true;
        await UnchangedAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("service:b", "service:a") });
        await UnchangedAsync(envelope, new RewrapOptions { OldKeks = _bench.Keks("service:a"), NewKeks = _bench.Keks("service:a") });
        await UnchangedAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks("service:a") });
        await UnchangedAsync(envelope, new RewrapOptions { RemoveKeks = _bench.Keks("service:c") });
        await UnchangedAsync(envelope, new RewrapOptions());
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Rotated_kek_gets_its_newest_version(int slotCount)
    {
        foreach (var named in new[] { false, true })
        {
            var envelope = await EnvelopeAsync(slotCount, "local:a", "local:b");
            _bench.Keyring.Rotate("a");
            var options = named
                ? new RewrapOptions { OldKeks = _bench.Keks("local:a"), NewKeks = _bench.Keks("local:a") }
                : new RewrapOptions { NewKeks = _bench.Keks("local:a", "local:b") };
            var operation = _bench.Rewrapping(options, session: _bench.OpenSession());
            var before = FileBench.HeaderOf(envelope).Recipients[0].Kid;

            var result = await operation.RewrapFileAsync(envelope, CancellationToken.None);
            Assert.Equal((FileOutcome.Rewrapped, RecipientProof.Verified), (result.Status, result.Proof));
            Assert.Empty(result.RemovedKek); // another version of the same KEK
            Assert.Equal(["local:a", "local:b"], FileBench.KeksOf(envelope));
            Assert.NotEqual(before, FileBench.HeaderOf(envelope).Recipients[0].Kid, StringComparer.Ordinal);
            Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:a"));
            Assert.Equal(FileOutcome.Unchanged, (await operation.RewrapFileAsync(envelope, CancellationToken.None)).Status);
            File.Delete(envelope);
        }
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Keks_are_added_and_removed(int slotCount)
    {
        var envelope = await EnvelopeAsync(slotCount, "local:a");
        await _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks("local:b", "local:a") });
        Assert.Equal(["local:a", "local:b"], FileBench.KeksOf(envelope));
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:b"));

        var both = await _bench.RewrapAsync(
            envelope, new RewrapOptions { AddKeks = _bench.Keks("local:c"), RemoveKeks = _bench.Keks("local:a", "local:z") });
        Assert.Equal((RewrapMethod.UnwrapAndWrap, RecipientProof.Verified), (both.Method, both.Proof));
        Assert.Equal(["local:a"], both.RemovedKek);
        Assert.Equal(["local:b", "local:c"], FileBench.KeksOf(envelope));

        var removed = await _bench.RewrapAsync(envelope, new RewrapOptions { RemoveKeks = _bench.Keks("local:b") });
        Assert.Equal((RewrapMethod.Remove, null, "local:c"), (removed.Method, removed.Proof, removed.OpenedBy));
        Assert.Equal(["local:b"], removed.RemovedKek);
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, "local:c"));
    }

    [Fact]
    public async Task One_kek_removed_and_added_at_once_is_wrapped_anew()
    {
        var envelope = await EnvelopeAsync(1, "local:a", "local:b");
        var before = WrappedKeyOf(envelope, "local:a");
        var result = await _bench.RewrapAsync(
            envelope, new RewrapOptions { AddKeks = _bench.Keks("local:a"), RemoveKeks = _bench.Keks("local:a") });
        Assert.Empty(result.RemovedKek);
        Assert.Equal(["local:b", "local:a"], FileBench.KeksOf(envelope));
        Assert.NotEqual(before, WrappedKeyOf(envelope, "local:a"));
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task Recipients_of_an_unknown_kind_are_kept_byte_for_byte(int slotCount)
    {
        const string unknown = """{"alg":"ml-kem-1024","kid":"k","nested":{"a":[1,null,true],"":"é😀\u0000"}}""";
        var made = new HandmadeEnvelope
        {
            Plaintext = Plaintext,
            SlotCount = slotCount,
            MoreRecipients = [SampleRecipients.Unknown(unknown)],
        };
        var envelope = _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("local:a")));
        await _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks("local:b") });
        await _bench.RewrapAsync(envelope, new RewrapOptions { OldKeks = _bench.Keks("local:a"), NewKeks = _bench.Keks("local:c") });
        await _bench.RewrapAsync(envelope, new RewrapOptions { RemoveKeks = _bench.Keks("local:b") });

        Assert.Equal(["local:c", "unknown (ml-kem-1024)"], FileBench.KeksOf(envelope));
        Assert.Contains(
            unknown,
            System.Text.Encoding.UTF8.GetString(RecipientList.ToJson(FileBench.HeaderOf(envelope).Recipients)),
            StringComparison.Ordinal);
        var dropped = await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:d") });
        Assert.Equal(["local:c", "unknown (ml-kem-1024)"], dropped.RemovedKek);
    }

    [Fact]
    public async Task Shared_data_key_is_only_spread_or_withdrawn_when_that_is_meant()
    {
        var made = new HandmadeEnvelope { Plaintext = Plaintext, Batch = SampleBytes.Of(ProtectedHeader.BatchSize) };
        var envelope = _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("local:a", "local:b")));
        foreach (var options in new[] { new RewrapOptions { AddKeks = _bench.Keks("local:c") }, new RewrapOptions { RemoveKeks = _bench.Keks("local:a") } })
        {
            await _bench.RefusesAsync(EnvelopeError.SharedDataKey, envelope, () => _bench.RewrapAsync(envelope, options));
            var result = await _bench.RewrapAsync(envelope, options with { SharedDataKey = true });
            Assert.True(result.SharedDataKey);
            await UnchangedAsync(envelope, options);
        }
        Assert.Equal(["local:b", "local:c"], FileBench.KeksOf(envelope));
        Assert.True((await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:d") })).SharedDataKey);
        Assert.True((await _bench.UnprotectAsync(envelope, _bench.Folder["back"])).SharedDataKey);
    }

    [Theory]
    [MemberData(nameof(SlotCounts))]
    public async Task More_recipients_than_the_format_allows_are_refused(int slotCount)
    {
        var many = Enumerable.Range(0, FormatLimits.MaxRecipients).Select(i => $"service:{i}").ToArray();
        var envelope = await EnvelopeAsync(slotCount, many);
        await _bench.RefusesAsync(
            EnvelopeError.TooManyRecipients,
            envelope,
            () => _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks("local:a") }));
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        var (a, b) = (_bench.Keks("local:a"), _bench.Keks("local:b"));
        foreach (var options in new[] { new RewrapOptions { NewKeks = a, AddKeks = b }, new RewrapOptions { NewKeks = a, RemoveKeks = b }, new RewrapOptions { OldKeks = a }, new RewrapOptions { OldKeks = a, AddKeks = b } })
            Assert.Throws<ArgumentException>(() => _bench.Rewrapping(options));
    }

    [Fact]
    public async Task Kek_that_does_not_exist_is_refused_for_each_file()
    {
        var envelope = await EnvelopeAsync(1, "local:a");
        var operation = _bench.Rewrapping(new RewrapOptions { NewKeks = [KekReference.Parse("local:none")] });
        await _bench.RefusesAsync(EnvelopeError.KekNotFound, envelope, () => operation.RewrapFileAsync(envelope, CancellationToken.None));
        await _bench.RefusesAsync(EnvelopeError.KekNotFound, envelope, () => operation.RewrapFileAsync(envelope, CancellationToken.None));
    }

    private Task<string> EnvelopeAsync(int slotCount, params string[] keks) =>
        slotCount == 1 ? _bench.EnvelopeAsync(Plaintext, keks) : _bench.PipedEnvelopeAsync(Plaintext, keks);

    private async Task UnchangedAsync(string envelope, RewrapOptions options)
    {
        var before = FolderState.Of(_bench.Folder.Path);
        var result = await _bench.RewrapAsync(envelope, options);
        // What is there for a KEK that is wanted was not asked.
        var rests = FileBench.KeksOf(envelope).Intersect(
            options.NewKeks.Concat(options.AddKeks).Select(kek => kek.Text), StringComparer.Ordinal).Any();
        Assert.Equal((FileOutcome.Unchanged, null, rests ? RecipientProof.Unproven : null), (result.Status, result.Method, result.Proof));
        Assert.Equal(before, FolderState.Of(_bench.Folder.Path));
    }

    private static byte[] WrappedKeyOf(string envelope, string kek) =>
        FileBench.HeaderOf(envelope).Recipients.Single(recipient => recipient.Kek == kek).WrappedKey.ToArray();
}
