using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Calls;

namespace EnvelopeCrypto.Tests.Keys.Calls;

public sealed class KekCallsTests : IDisposable
{
    private readonly KekCalls _calls = new(observer: null, TimeProvider.System);

    public void Dispose() => _calls.Dispose();

    [Theory]
    [InlineData(EnvelopeError.KeyringPassphraseWrong, EnvelopeError.NotTried)]
    [InlineData(EnvelopeError.KekNotFound, EnvelopeError.NotTried)]
    [InlineData(EnvelopeError.WrappedKeyInvalid, EnvelopeError.WrappedKeyInvalid)] // each file's own
    public async Task Of_files_that_ask_one_kek_at_once_one_says_what_is_wrong_with_it(EnvelopeError first, EnvelopeError second)
    {
        var answer = new TaskCompletionSource();
        var use = new KekUse(KekOperation.Unwrap, "local:a", Path: null, EncryptionContext.Empty);
        Task[] files = [AskAsync(), AskAsync()];
        answer.SetResult();
        var errors = new List<EnvelopeError>();
        foreach (var file in files)
            errors.Add((await Assert.ThrowsAsync<EnvelopeException>(() => file)).Error);
        Assert.Equal(new[] { first, second }.Order(), errors.Order());

        async Task AskAsync() => await _calls.UseAsync<object>(
            use,
            async () =>
            {
                await answer.Task;
                throw new EnvelopeException(first, "no.");
            },
            CancellationToken.None);
    }
}
