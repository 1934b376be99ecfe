using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys.Calls;

/// <summary>A service unwraps each wrapped key once in a session; who may not use it gets nothing of that.</summary>
public sealed class SharedUnwrapTests : IDisposable
{
    private static readonly EncryptionContext Context = SampleEnvelope.Context(("purpose", "backup"));

    private readonly FakeKeyService _service = new();
    private readonly ScriptedKekProvider _near = new("near", UnwrapPriority.Here);
    private readonly RecordingObserver _observer = new();
    private readonly DataKey _dataKey = DataKey.Generate();
    private readonly KekSession _session;

    public SharedUnwrapTests() => _session = Session();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _session.Dispose();
        _dataKey.Dispose();
    }

    [Fact]
    public async Task Same_wrapped_key_is_unwrapped_once()
    {
        var recipient = await WrapAsync("service:a", Context);
        var first = await UnwrapAsync(_session, recipient, Context);
        first.Dispose();
        using var second = await UnwrapAsync(_session, recipient, Context);
        Assert.True(second.DataKey.SameAs(_dataKey));
        Assert.Equal(1, _service.Count("unwrap"));
    }

    [Fact]
    public async Task Another_context_is_another_question()
    {
        var recipient = await WrapAsync("service:a", Context);
        (await UnwrapAsync(_session, recipient, Context)).Dispose();
        await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => UnwrapAsync(_session, recipient, EncryptionContext.Empty));
        Assert.Equal(2, _service.Count("unwrap"));
    }

    [Fact]
    public async Task Another_kek_of_the_same_bytes_is_another_question()
    {
        var recipient = await WrapAsync("service:a", Context);
        (await UnwrapAsync(_session, recipient, Context)).Dispose();
        await KekFailure.ThrowsAsync(
            EnvelopeError.WrappedKeyInvalid, () => UnwrapAsync(_session, recipient with { Kid = "service:b" }, Context));
    }

    [Fact]
    public async Task Failure_is_asked_again()
    {
        var recipient = await WrapAsync("service:a", Context);
        _service.Answering = _ => throw new EnvelopeException(EnvelopeError.KekMismatch, "another.");
        await KekFailure.ThrowsAsync(EnvelopeError.KekMismatch, () => UnwrapAsync(_session, recipient, Context));
        _service.Answering = null;
        (await UnwrapAsync(_session, recipient, Context)).Dispose();
        Assert.Equal(2, _service.Count("unwrap"));
    }

    [Fact]
    public async Task Another_session_asks_for_itself()
    {
        var recipient = await WrapAsync("service:a", Context);
        using var other = Session();
        (await UnwrapAsync(_session, recipient, Context)).Dispose();
        (await UnwrapAsync(other, recipient, Context)).Dispose();
        Assert.Equal(2, _service.Count("unwrap"));
    }

    [Fact]
    public async Task What_is_near_is_not_kept()
    {
        var recipient = ScriptedKekProvider.RecipientOf("near:a", _dataKey);
        (await UnwrapAsync(_session, recipient, Context)).Dispose();
        (await UnwrapAsync(_session, recipient, Context)).Dispose();
        Assert.Equal(2, _near.Calls.Count);
    }

    [Fact]
    public async Task Who_watches_sees_each_file_and_can_refuse_it()
    {
        var recipient = await WrapAsync("service:a", Context);
        _observer.Seen.Clear();
        (await UnwrapAsync(_session, recipient, Context)).Dispose();
        (await UnwrapAsync(_session, recipient, Context)).Dispose();
        Assert.Equal(["Unwrap service:a ", "Unwrap done", "Unwrap service:a ", "Unwrap done"], _observer.Seen);
        Assert.Equal([false, false, true], _observer.Shared); // the wrap first
        _observer.RefuseStart = new InvalidOperationException("no.");
        await KekFailure.ThrowsAsync(EnvelopeError.KekUseRefused, () => UnwrapAsync(_session, recipient, Context));
        Assert.Equal(1, _service.Count("unwrap"));
    }

    [Fact]
    public async Task Many_at_once_ask_once()
    {
        var recipient = await WrapAsync("service:a", Context);
        var answer = new TaskCompletionSource();
        _service.Answering = _ => answer.Task;
        using var session = new KekSession([_service], []);
        var waiting = Enumerable.Range(0, 8).Select(_ => UnwrapAsync(session, recipient, Context)).ToList();
        answer.SetResult();
        foreach (var opened in await Task.WhenAll(waiting))
            opened.Dispose();
        Assert.Equal(1, _service.Count("unwrap"));
    }

    private static Task<UnwrappedDataKey> UnwrapAsync(KekSession session, Recipient recipient, EncryptionContext context) =>
        session.UnwrapAsync([recipient], new KeySubject(context), _ => true, Stop).AsTask();

    private KekSession Session() => new([_service, _near], [], _observer);

    private async Task<Recipient> WrapAsync(string kek, EncryptionContext context)
    {
        var keks = await _session.OpenAsync([KekReference.Parse(kek)], Stop);
        return await _session.WrapAsync(keks[0], _dataKey, new KeySubject(context), Stop);
    }
}
