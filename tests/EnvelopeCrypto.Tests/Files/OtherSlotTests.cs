using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>
/// A KEK whose wrapped key stands in either recipient slot may open a file: whoever can write it can have that slot read. What asks who
/// opens a file looks at both.
/// </summary>
public sealed class OtherSlotTests : IDisposable
{
    private static readonly byte[] Plaintext = SampleBytes.Of(1000);

    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Old_KEK_in_the_slot_that_is_not_read_is_unexpected(int index)
    {
        var envelope = await WithOldSlotAsync(index);
        Assert.Equal(["local:new"], FileBench.KeksOf(envelope));

        var result = await VerifyAsync(envelope, "local:new");
        Assert.Equal((false, EnvelopeError.RecipientUnexpected), (result.Valid, result.Error));
        Assert.Equal(["local:new", "local:old"], result.Kek);
        await using var pipe = File.OpenRead(envelope);
        Assert.Equal(
            EnvelopeError.RecipientUnexpected,
            (await Verifying("local:new").VerifyStreamAsync(pipe, progress: null, CancellationToken.None)).Error);

        var info = await InspectOperation.InspectFileAsync(envelope, CancellationToken.None);
        Assert.Equal(["local:new", "local:old"], info.Kek);
        Assert.Equal("local:old", Assert.Single(info.OtherRecipients).Kek);
        Assert.Equal((false, EnvelopeError.SlotsDiffer), (info.SlotsAgree, info.Error));
    }

    [Fact]
    public async Task Slots_that_differ_are_no_drift_free_file_even_when_each_KEK_is_meant()
    {
        var envelope = await WithOldSlotAsync(1);
        Assert.Equal(EnvelopeError.SlotsDiffer, (await VerifyAsync(envelope, "local:new", "local:old")).Error);
        Assert.Equal(EnvelopeError.SlotsDiffer, (await VerifyAsync(envelope, "local:*")).Error);
        Assert.True((await VerifyAsync(envelope)).Valid); // it opens; nobody asked for whom

        await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:new") });
        Assert.True((await VerifyAsync(envelope, "local:new")).Valid);
        var info = await InspectOperation.InspectFileAsync(envelope, CancellationToken.None);
        Assert.Equal((true, null, null), (info.SlotsAgree, info.Error, info.Reason));
    }

    // Its recipients do not count: only its bytes are there, and may be an old wrapped key.
    [Fact]
    public async Task Damaged_slot_is_said_to_differ_and_its_recipients_are_not_listed()
    {
        var envelope = await WithOldSlotAsync(1, slot => slot[^1] ^= 1);
        Assert.Equal(EnvelopeError.SlotsDiffer, (await VerifyAsync(envelope, "local:new")).Error);
        var info = await InspectOperation.InspectFileAsync(envelope, CancellationToken.None);
        Assert.Equal((false, EnvelopeError.SlotsDiffer), (info.SlotsAgree, info.Error));
        Assert.NotNull(info.Reason);
        Assert.Equal(["local:new"], info.Kek);
    }

    [Fact]
    public async Task Whole_slot_that_holds_no_list_is_said_to_differ()
    {
        var envelope = await WithOldSlotAsync(1, json: "{}"u8.ToArray());
        Assert.Equal(EnvelopeError.SlotsDiffer, (await VerifyAsync(envelope, "local:new")).Error);
        Assert.Equal(EnvelopeError.SlotsDiffer, (await InspectOperation.InspectFileAsync(envelope, CancellationToken.None)).Error);
    }

    // Between its two writes the slots of a file differ; a monitor that meets that looks again.
    [Fact]
    public async Task Rewrap_that_is_under_way_is_no_drift()
    {
        var envelope = await WithOldSlotAsync(1);
        var reads = 0;
        var files = new ScriptedFileSystem
        {
            Before = (call, _) =>
            {
                if (call == "Read" && ++reads == 5)
                    WriteSlot(envelope, 1, FileBench.HeaderOf(envelope).Slot(0).ToArray());
            },
        };
        var operation = new VerifyOperation(_bench.Session, new VerifyOptions { OnlyKeks = ["local:new"] }, files);
        Assert.Null((await operation.VerifyFileAsync(envelope, progress: null, CancellationToken.None)).Error);
        Assert.True(reads >= 5);
    }

    /// <summary>An envelope for local:new, in one slot of which the one for local:old stands again, as before its rewrap.</summary>
    private async Task<string> WithOldSlotAsync(int index, Action<byte[]>? change = null, byte[]? json = null)
    {
        var envelope = await _bench.PipedEnvelopeAsync(Plaintext, "local:old");
        var old = FileBench.HeaderOf(envelope);
        await _bench.RewrapAsync(envelope, new RewrapOptions { NewKeks = _bench.Keks("local:new") });
        var slot = json is null ? old.Slot(0).ToArray() : RecipientSlot.ToBytes(old.Generation, json, old.Layout.SlotSize);
        change?.Invoke(slot);
        WriteSlot(envelope, index, slot);
        return envelope;
    }

    private static void WriteSlot(string envelope, int index, byte[] slot)
    {
        var layout = FileBench.HeaderOf(envelope).Layout;
        using var file = File.OpenHandle(envelope, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(file, slot, layout.SlotOffset + (index * layout.SlotSize));
    }

    private VerifyOperation Verifying(params string[] only) => new(_bench.Session, new VerifyOptions { OnlyKeks = only });

    private Task<VerifyResult> VerifyAsync(string envelope, params string[] only) =>
        Verifying(only).VerifyFileAsync(envelope, progress: null, CancellationToken.None);
}
