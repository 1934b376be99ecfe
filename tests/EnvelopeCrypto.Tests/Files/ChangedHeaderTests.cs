using System.Collections.Concurrent;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>
/// Each byte of the header region changed in turn: never other content, and content at all only by way of the other slot.
/// </summary>
public sealed class ChangedHeaderTests : IDisposable
{
    private static readonly EnvelopeError[] Allowed =
    [
        EnvelopeError.NotAnEnvelope, EnvelopeError.UnsupportedVersion, EnvelopeError.HeaderInvalid, EnvelopeError.RecipientsDamaged,
        EnvelopeError.ContextInvalid, EnvelopeError.WrongEnvelopeType, EnvelopeError.CommitmentMismatch, EnvelopeError.WrappedKeyInvalid,
    ];

    private readonly FileBench _bench = new();
    private readonly ConcurrentDictionary<int, string> _surprises = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Small_envelope_with_one_changed_byte_never_opens()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(100), "local:a");
        Assert.Empty(await OpenedAfterChangesAsync(envelope));
    }

    [Fact]
    public async Task Two_slot_envelope_with_one_changed_byte_opens_only_by_its_other_slot()
    {
        var envelope = await _bench.PipedEnvelopeAsync(SampleBytes.Of(100), "local:a");
        var layout = FileBench.HeaderOf(envelope).Layout;
        Assert.Equal(Enumerable.Range(layout.SlotOffset, 2 * layout.SlotSize), await OpenedAfterChangesAsync(envelope));
    }

    // Where a change left an envelope that opens, to the right content; anything else fails here.
    private async Task<IEnumerable<int>> OpenedAfterChangesAsync(string envelope)
    {
        var bytes = await File.ReadAllBytesAsync(envelope);
        File.Delete(envelope);
        var opened = new ConcurrentBag<int>();
        // Many at once, since a damaged slot is read again a few times before it is believed.
        await Parallel.ForAsync(0, EnvelopeHeader.Read(new MemoryStream(bytes)).Layout.BodyOffset, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (at, _) =>
        {
            if (await OpensAsync(bytes, at))
                opened.Add(at);
        });
        Assert.Empty(_surprises);
        Assert.Empty(Directory.GetFileSystemEntries(_bench.Folder.Path));
        return opened.Order();
    }

    private async Task<bool> OpensAsync(byte[] bytes, int at)
    {
        byte[] changed = [.. bytes];
        changed[at] ^= (byte)(1 << (at % 8));
        var envelope = _bench.Folder.Write($"{at}.evc", changed);
        var output = _bench.Folder[$"{at}"];
        try
        {
            await _bench.UnprotectAsync(envelope, output);
            if (!(await File.ReadAllBytesAsync(output)).AsSpan().SequenceEqual(SampleBytes.Of(100)))
                _surprises[at] = "other content";
            File.Delete(output);
            return true;
        }
        catch (EnvelopeException failure)
        {
            if (!Allowed.Contains(failure.Error) || failure.Path != envelope)
                _surprises[at] = $"{failure.Error} {failure.Message}";
            return false;
        }
        finally
        {
            File.Delete(envelope);
        }
    }
}
