using EnvelopeCrypto.Files;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>A preview says what the rewrap then does, and touches nothing.</summary>
public sealed class RewrapPreviewTests : IDisposable
{
    private readonly FileBench _bench = new();

    public static TheoryData<string[], string[], string[], string[]> Changes { get; } = new()
    {
        { ["local:c"], [], [], [] },
        { ["local:d", "local:c"], [], [], [] },
        { ["local:c", "local:d"], ["local:b"], [], [] },
        { ["local:c"], ["local:x"], [], [] },
        { [], [], ["local:c"], [] },
        { [], [], [], ["local:b"] },
        { [], [], [], ["local:x"] },
        { [], [], ["local:c"], ["local:a", "local:x"] },
    };

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Preview_is_what_the_rewrap_does(string[] newKeks, string[] oldKeks, string[] added, string[] removed)
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(100), "local:a", "local:b");
        var options = new RewrapOptions
        {
            NewKeks = _bench.Keks(newKeks),
            OldKeks = _bench.Keks(oldKeks),
            AddKeks = _bench.Keks(added),
            RemoveKeks = _bench.Keks(removed),
        };
        var before = FolderState.Of(_bench.Folder.Path);
        var preview = await _bench.RewrapAsync(envelope, options with { WhatIf = true });
        Assert.Equal(before, FolderState.Of(_bench.Folder.Path));

        var done = await _bench.RewrapAsync(envelope, options);
        Assert.True(preview.WhatIf);
        Assert.Equal(done.Status, preview.Status);
        Assert.Equal(done.Kek, preview.Kek);
        Assert.Equal(done.RemovedKek, preview.RemovedKek);
    }
}
