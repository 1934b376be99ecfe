using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>Only what was wrapped before a moment is replaced.</summary>
public sealed class WrappedBeforeTests : IDisposable
{
    private static readonly byte[] Plaintext = SampleBytes.Of(1000);

    private readonly FileBench _bench = new();

    private DateTimeOffset Past => _bench.Time.Now.AddDays(-1);

    private DateTimeOffset Future => _bench.Time.Now.AddDays(1);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Later_recipients_are_left_alone()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:a");
        RewrapOptions[] all =
        [
            new() { WrappedBefore = Past },
            new() { WrappedBefore = Past, NewKeks = _bench.Keks("local:b") },
            new() { WrappedBefore = Past, OldKeks = _bench.Keks("local:a"), NewKeks = _bench.Keks("local:b") },
            new() { WrappedBefore = Past, RotateDataKey = true },
            new() { WrappedBefore = Future, OldKeks = _bench.Keks("local:c"), NewKeks = _bench.Keks("local:b") },
        ];
        var bytes = await File.ReadAllBytesAsync(envelope);
        foreach (var options in all)
        {
            Assert.Equal(FileOutcome.Unchanged, (await _bench.RewrapAsync(envelope, options)).Status);
            Assert.Equal(FileOutcome.Unchanged, (await _bench.RewrapAsync(envelope, options with { WhatIf = true })).Status);
        }
        Assert.Equal(bytes, await File.ReadAllBytesAsync(envelope));
    }

    [Fact]
    public async Task Earlier_recipient_is_made_anew_by_its_own_kek()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:a", "local:b");
        var old = FileBench.HeaderOf(envelope).Recipients;
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { WrappedBefore = Future });
        Assert.Equal(
            (FileOutcome.Rewrapped, RewrapMethod.UnwrapAndWrap, RecipientProof.Verified), (result.Status, result.Method, result.Proof));
        Assert.Empty(result.RemovedKek);
        var header = FileBench.HeaderOf(envelope);
        Assert.Equal(["local:a", "local:b"], FileBench.KeksOf(envelope));
        Assert.All(header.Recipients.Zip(old), pair => Assert.NotEqual(pair.First.WrappedKey, pair.Second.WrappedKey));
        foreach (var kek in FileBench.KeksOf(envelope))
            Assert.Equal(Plaintext, await _bench.OpenAsync(envelope, kek));
    }

    [Fact]
    public async Task Only_the_earlier_of_two_is_made_anew()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "service:b");
        _bench.Time.Advance(TimeSpan.FromDays(1));
        await _bench.RewrapAsync(envelope, new RewrapOptions { AddKeks = _bench.Keks("local:a") });
        var old = FileBench.HeaderOf(envelope).Recipients;
        await _bench.RewrapAsync(envelope, new RewrapOptions { WrappedBefore = _bench.Time.Now });
        var now = FileBench.HeaderOf(envelope).Recipients;
        Assert.NotEqual(old[0].WrappedKey, now[0].WrappedKey);
        Assert.Equal(old[1].WrappedKey, now[1].WrappedKey);
    }

    [Fact]
    public async Task Same_kek_and_version_named_as_old_and_new_is_made_anew()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:a", "local:b");
        var old = FileBench.HeaderOf(envelope).Recipients;
        await _bench.RewrapAsync(
            envelope, new RewrapOptions { WrappedBefore = Future, OldKeks = _bench.Keks("local:a"), NewKeks = _bench.Keks("local:a") });
        var now = FileBench.HeaderOf(envelope).Recipients;
        Assert.NotEqual(old[0].WrappedKey, now[0].WrappedKey);
        Assert.Equal(old[1].WrappedKey, now[1].WrappedKey);
        await _bench.RewrapAsync(envelope, new RewrapOptions { WrappedBefore = Future, NewKeks = _bench.Keks("local:a") });
        Assert.Equal(["local:a"], FileBench.KeksOf(envelope));
        Assert.NotEqual(now[0].WrappedKey, FileBench.HeaderOf(envelope).Recipients[0].WrappedKey);
    }

    [Fact]
    public async Task Key_service_re_encrypts_by_the_same_kek()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "service:a", "service:b");
        _bench.Service.RefusesUnwrap = true;
        var result = await _bench.RewrapAsync(envelope, new RewrapOptions { WrappedBefore = Future });
        Assert.Equal((RewrapMethod.ReEncrypt, RecipientProof.ReEncrypted), (result.Method, result.Proof));
        Assert.EndsWith(
            "re-encrypt service:a -> service:a re-encrypt service:b -> service:b",
            string.Join(' ', _bench.Service.Calls),
            StringComparison.Ordinal);
        _bench.Service.RefusesUnwrap = false;
        Assert.Equal(Plaintext, await _bench.OpenAsync(envelope));
    }

    [Fact]
    public async Task Newest_version_of_a_kek_takes_the_place_of_older_ones()
    {
        var envelope = await _bench.EnvelopeAsync(Plaintext, "local:a");
        _bench.Keyring.Rotate("a");
        var session = _bench.OpenSession();
        await _bench.Rewrapping(new RewrapOptions { WrappedBefore = Future }, session: session)
            .RewrapFileAsync(envelope, CancellationToken.None);
        Assert.Contains("/2/", Assert.Single(FileBench.HeaderOf(envelope).Recipients).Kid, StringComparison.Ordinal);
    }

    // Whoever can write the file can name a KEK in it that he has; it must not get the data key.
    [Fact]
    public async Task Recipient_that_does_not_open_is_not_made_anew()
    {
        var other = await _bench.EnvelopeAsync(SampleBytes.Of(10, seed: 2), "local:stranger");
        var made = new HandmadeEnvelope { MoreRecipients = [FileBench.HeaderOf(other).Recipients[0]] };
        var envelope = _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("local:a")));
        await _bench.RefusesAsync(
            EnvelopeError.WouldLockOut, envelope, () => _bench.RewrapAsync(envelope, new RewrapOptions { WrappedBefore = Future }));
    }

    [Fact]
    public async Task Unknown_recipient_has_no_time_and_stays()
    {
        var made = new HandmadeEnvelope { MoreRecipients = [SampleRecipients.Unknown()] };
        var envelope = _bench.Folder.Write("x.evc", await made.ToBytesAsync(_bench.Session, _bench.Keks("local:a")));
        Assert.Equal(FileOutcome.Rewrapped, (await _bench.RewrapAsync(envelope, new RewrapOptions { WrappedBefore = Future })).Status);
        Assert.False(FileBench.HeaderOf(envelope).Recipients[1].IsKnown);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        Assert.Throws<ArgumentException>(
            () => _bench.Rewrapping(new RewrapOptions { WrappedBefore = Past, AddKeks = _bench.Keks("local:a") }));
        Assert.Throws<ArgumentException>(
            () => _bench.Rewrapping(new RewrapOptions { WrappedBefore = Past, RemoveKeks = _bench.Keks("local:a") }));
        Assert.Throws<ArgumentException>(
            () => _bench.Rewrapping(new RewrapOptions { RotateDataKey = true, OldKeks = _bench.Keks("local:a") }));
    }
}
