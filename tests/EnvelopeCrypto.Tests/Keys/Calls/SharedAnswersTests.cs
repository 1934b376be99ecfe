using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Calls;

namespace EnvelopeCrypto.Tests.Keys.Calls;

/// <summary>What was answered is asked for once, by however many; nothing more than the bound is kept, and no secret stays.</summary>
public sealed class SharedAnswersTests : IDisposable
{
    private readonly SharedAnswers<DataKey> _answers = new(3, key => key.Copy());
    private readonly List<DataKey> _made = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _answers.Dispose();

    [Fact]
    public async Task Same_question_is_asked_once_and_each_gets_a_copy()
    {
        var (first, isNew) = await GetAsync("a");
        var (second, isNewAgain) = await GetAsync("a");
        Assert.Equal((true, false), (isNew, isNewAgain));
        first.Dispose();
        Assert.True(second.SameAs(_made[0]));
        Assert.Single(_made);
    }

    [Fact]
    public async Task What_was_not_asked_for_the_longest_goes_first_and_is_zeroed()
    {
        await AskAsync("a", "b", "c", "a", "d");
        AssertZeroed(_made[1]);
        await AskAsync("a", "c", "d");
        Assert.Equal(4, _made.Count);
        await AskAsync("b");
        Assert.Equal(5, _made.Count);
    }

    [Fact]
    public async Task Failure_is_not_kept()
    {
        await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => _answers.GetAsync("a", Fail, Stop).AsTask());
        await AskAsync("a");
        Assert.Single(_made);

        static ValueTask<DataKey> Fail() => throw new EnvelopeException(EnvelopeError.WrappedKeyInvalid, "no.");
    }

    [Fact]
    public async Task Many_at_once_wait_for_one()
    {
        var answer = new TaskCompletionSource<DataKey>();
        var asked = 0;
        var waiting = Enumerable.Range(0, 20).Select(_ => Task.Run(() => _answers.GetAsync("a", Ask, Stop).AsTask(), Stop)).ToList();
        using var made = DataKey.Generate();
        answer.SetResult(made);
        foreach (var (key, _) in await Task.WhenAll(waiting))
        {
            Assert.True(key.SameAs(made));
            key.Dispose();
        }
        Assert.Equal(1, asked);

        async ValueTask<DataKey> Ask()
        {
            Interlocked.Increment(ref asked);
            return await answer.Task;
        }
    }

    [Fact]
    public async Task Who_waits_for_one_that_is_refused_or_stopped_asks_for_itself()
    {
        foreach (var (question, reason) in new (string, Exception)[] { ("a", new EnvelopeException(EnvelopeError.KekUseRefused, "no.")), ("b", new OperationCanceledException()) })
        {
            var other = new TaskCompletionSource<DataKey>();
            var first = _answers.GetAsync(question, () => new ValueTask<DataKey>(other.Task), Stop).AsTask();
            var second = _answers.GetAsync(question, MakeAsync, Stop).AsTask();
            other.SetException(reason);
            await Assert.ThrowsAnyAsync<Exception>(() => first);
            Assert.True((await second).IsNew);
        }
    }

    [Fact]
    public async Task End_zeroes_all_also_what_was_under_way()
    {
        await AskAsync("a");
        var late = new TaskCompletionSource<DataKey>();
        var waiting = _answers.GetAsync("b", () => new ValueTask<DataKey>(late.Task), Stop).AsTask();
        _answers.Dispose();
        AssertZeroed(_made[0]);
        var made = DataKey.Generate();
        late.SetResult(made);
        (await waiting).Answer.Dispose();
        AssertZeroed(made);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AskAsync("a"));
    }

    private static void AssertZeroed(DataKey key) => Assert.Throws<ObjectDisposedException>(() => key.SameAs(key));

    private async Task AskAsync(params string[] questions)
    {
        foreach (var question in questions)
            (await GetAsync(question)).Answer.Dispose();
    }

    private ValueTask<(DataKey Answer, bool IsNew)> GetAsync(string question) => _answers.GetAsync(question, MakeAsync, Stop);

    private ValueTask<DataKey> MakeAsync()
    {
        var key = DataKey.Generate();
        _made.Add(key);
        return ValueTask.FromResult(key);
    }
}
