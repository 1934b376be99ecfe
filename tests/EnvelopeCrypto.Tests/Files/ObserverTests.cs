using System.Text.RegularExpressions;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Calls;
using EnvelopeCrypto.Tests.Keys;
using EnvelopeCrypto.Tests.Keys.Calls;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

/// <summary>Every use of a KEK is seen with the file that it is for, and one that is refused leaves nothing behind.</summary>
public sealed class ObserverTests : IDisposable
{
    private readonly FileBench _bench = new();
    private readonly RecordingObserver _observer = new();
    private readonly KekSession _session;

    public ObserverTests() => _session = _bench.OpenSession(observer: _observer);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Each_use_is_seen_with_its_file()
    {
        var source = _bench.Source();
        var envelope = _bench.Folder["x.evc"];
        await ProtectAsync(source, envelope);
        Assert.Equal([$"Wrap local:a {source}", "Wrap done"], Seen());

        await UnprotectAsync(envelope);
        Assert.Matches($"^Unwrap local:a/1/[^ ]+ {Regex.Escape(envelope)}$", Seen()[0]);

        await RewrapAsync(envelope, "local:b");
        var seen = Seen();
        Assert.Equal(6, seen.Length);
        Assert.Matches($"^Unwrap local:a/1/[^ ]+ {Regex.Escape(envelope)}$", seen[0]);
        Assert.Equal($"Wrap local:b {envelope}", seen[2]);
        Assert.Matches($"^Unwrap local:b/1/[^ ]+ {Regex.Escape(envelope)}$", seen[4]); // the proof
    }

    [Fact]
    public async Task Re_encryption_is_seen_with_both_keks()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(10), "service:a");
        await RewrapAsync(envelope, "service:b");
        Assert.Equal([$"ReEncrypt service:a -> service:b {envelope}", "ReEncrypt done"], Seen());
    }

    [Fact]
    public async Task Use_that_fails_is_seen_to_fail()
    {
        var envelope = await _bench.EnvelopeAsync(SampleBytes.Of(10), "service:a");
        _bench.Service.RefusesUnwrap = true;
        await _bench.RefusesAsync(EnvelopeError.KekNotAllowed, envelope, () => UnprotectAsync(envelope));
        Assert.Equal([$"Unwrap service:a {envelope}", "Unwrap KekNotAllowed"], Seen());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Use_that_is_refused_leaves_nothing_behind(bool before)
    {
        var source = _bench.Source();
        await _bench.ProtectAsync(source, _bench.Folder["x.evc"], "local:a");
        var piped = await _bench.PipedEnvelopeAsync(SampleBytes.Of(10), "local:a", "service:a");
        if (before)
            _observer.RefuseStart = new IOException("The log is full.");
        else
            _observer.RefuseResult = new IOException("The log is full.");

        await _bench.RefusesAsync(EnvelopeError.KekUseRefused, source, () => ProtectAsync(source, _bench.Folder["y.evc"]));
        foreach (var envelope in new[] { _bench.Folder["x.evc"], piped })
        {
            await _bench.RefusesAsync(EnvelopeError.KekUseRefused, envelope, () => UnprotectAsync(envelope));
            await _bench.RefusesAsync(EnvelopeError.KekUseRefused, envelope, () => RewrapAsync(envelope, "local:b"));
            await _bench.RefusesAsync(EnvelopeError.KekUseRefused, envelope, () => RewrapAsync(envelope, "service:b"));
        }
    }

    [Fact]
    public async Task Rewrap_that_is_refused_at_any_of_its_uses_changes_nothing()
    {
        var envelope = await _bench.PipedEnvelopeAsync(SampleBytes.Of(10), "local:a");
        for (var use = 1; use <= 3; use++)
        {
            var session = _bench.OpenSession(observer: new RefusingObserver(use));
            await _bench.RefusesAsync(EnvelopeError.KekUseRefused, envelope, () =>
                _bench.Rewrapping(new RewrapOptions { NewKeks = _bench.Keks("local:b") }, session: session).RewrapFileAsync(envelope, CancellationToken.None));
        }
    }

    private string[] Seen()
    {
        string[] seen = [.. _observer.Seen];
        _observer.Seen.Clear();
        return seen;
    }

    private Task<FileResult> ProtectAsync(string source, string destination) =>
        _bench.Protecting(new ProtectOptions { Keks = _bench.Keks("local:a") }, session: _session).ProtectFileAsync(
            source, destination, progress: null, CancellationToken.None);

    private Task<FileResult> UnprotectAsync(string envelope) =>
        _bench.Unprotecting(session: _session).UnprotectFileAsync(envelope, _bench.Folder["back"], progress: null, CancellationToken.None);

    private Task<FileResult> RewrapAsync(string envelope, string kek) =>
        _bench.Rewrapping(new RewrapOptions { NewKeks = _bench.Keks(kek) }, session: _session)
            .RewrapFileAsync(envelope, CancellationToken.None);

    private sealed class RefusingObserver(int use) : IKekUseObserver
    {
        private int _uses;

        public ValueTask OnStartingAsync(KekUse seen, CancellationToken cancellationToken) =>
            ++_uses == use ? ValueTask.FromException(new InvalidOperationException("No.")) : ValueTask.CompletedTask;

        public ValueTask OnFinishedAsync(KekUse seen, TimeSpan duration, Exception? failure, CancellationToken cancellationToken) =>
            ValueTask.CompletedTask;
    }
}
