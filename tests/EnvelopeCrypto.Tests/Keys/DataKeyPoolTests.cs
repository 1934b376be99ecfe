using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Keys.Calls;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys;

/// <summary>One data key for several files: within its limits, for many threads, zeroed after the last.</summary>
public sealed class DataKeyPoolTests : IDisposable
{
    private readonly FakeKeyService _service = new() { Generates = true };
    private readonly TestTime _time = new();
    private readonly RecordingObserver _observer = new();
    private readonly KekSession _session;

    public DataKeyPoolTests() => _session = new KekSession([_service], [], _observer);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task Key_serves_so_many_files_and_no_more()
    {
        var pool = await PoolAsync(filesPerKey: 3);
        var batches = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            using var key = await pool.TakeAsync(10, "x", Stop);
            Assert.Equal("service:a", Assert.Single(key.Recipients).Kek);
            Assert.Equal(16, key.Batch!.Length);
            batches.Add(Convert.ToHexString(key.Batch));
        }
        Assert.Equal([3, 3, 1], batches.GroupBy(batch => batch, StringComparer.Ordinal).Select(files => files.Count()));
        Assert.Equal(3, _service.Count("generate"));
    }

    [Fact]
    public async Task Files_at_the_same_time_share_one_call()
    {
        var answer = new TaskCompletionSource();
        _service.Answering = _ => answer.Task;
        var pool = await PoolAsync(filesPerKey: 10);
        var taken = Enumerable.Range(0, 10).Select(_ => pool.TakeAsync(10, "x", Stop).AsTask()).ToList();
        Assert.DoesNotContain(taken, task => task.IsCompleted);
        answer.SetResult();
        var keys = await Task.WhenAll(taken);
        Assert.Equal(1, _service.Count("generate"));
        Assert.All(keys, key => Assert.Same(keys[0].DataKey, key.DataKey));
    }

    [Fact]
    public async Task Failure_goes_to_all_who_waited_and_the_next_one_tries_anew()
    {
        var answer = new TaskCompletionSource();
        _service.Answering = _ => answer.Task;
        var pool = await PoolAsync(filesPerKey: 10);
        var taken = Enumerable.Range(0, 4).Select(_ => pool.TakeAsync(10, "x", Stop).AsTask()).ToList();
        answer.SetException(new EnvelopeException(EnvelopeError.WrappedKeyInvalid, "no."));
        var failures = new List<EnvelopeException>();
        foreach (var task in taken)
            failures.Add(await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => task));
        string[] files = ["a", "b", "c", "d"];
        Assert.All(failures.Zip(files), told => Assert.Equal(told.Second, told.First.About(told.Second).Path)); // each file names its own
        Assert.Equal(1, _service.Count("generate"));

        _service.Answering = null;
        using var key = await pool.TakeAsync(10, "x", Stop);
        Assert.Equal(2, _service.Count("generate"));
    }

    [Fact]
    public async Task Who_waits_for_one_that_is_stopped_asks_anew()
    {
        var answer = new TaskCompletionSource();
        _service.Answering = _ => answer.Task;
        using var stopped = new CancellationTokenSource();
        var pool = await PoolAsync(filesPerKey: 10);
        var first = pool.TakeAsync(10, "x", stopped.Token).AsTask();
        var second = pool.TakeAsync(10, "x", Stop).AsTask();
        await stopped.CancelAsync();
        answer.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        using var key = await second;
        Assert.Equal(2, _service.Count("generate"));
    }

    [Fact]
    public async Task Key_that_is_too_old_is_given_to_no_more_files()
    {
        var pool = await PoolAsync(filesPerKey: 100);
        for (var i = 0; i < 4; i++)
        {
            using var key = await pool.TakeAsync(10, "x", Stop);
            _time.Advance(DataKeyPool.MaxAge / 2);
        }
        Assert.Equal(2, _service.Count("generate"));
    }

    [Fact]
    public async Task Key_serves_so_many_bytes_and_no_more()
    {
        var pool = await PoolAsync(filesPerKey: 1000);
        for (var bytes = 0L; bytes <= DataKeyPool.MaxBytes; bytes += DataKeyPool.MaxFileLength)
        {
            Assert.Equal(1, Math.Max(1, _service.Count("generate")));
            using var key = await pool.TakeAsync(DataKeyPool.MaxFileLength, "x", Stop);
        }
        Assert.Equal(2, _service.Count("generate"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(DataKeyPool.MaxFileLength + 1)]
    public async Task Large_file_and_pipe_have_a_key_of_their_own(long? length)
    {
        var pool = await PoolAsync(filesPerKey: 10);
        using var shared = await pool.TakeAsync(1, "x", Stop);
        var own = await pool.TakeAsync(length, "x", Stop);
        Assert.Null(own.Batch);
        Assert.False(own.DataKey.SameAs(shared.DataKey));
        own.Dispose();
        AssertZeroed(own.DataKey);
    }

    [Fact]
    public async Task Key_is_zeroed_after_its_last_file()
    {
        var pool = await PoolAsync(filesPerKey: 2);
        var first = await pool.TakeAsync(1, "x", Stop);
        var second = await pool.TakeAsync(1, "x", Stop);
        first.Dispose();
        first.Dispose();
        Assert.True(second.DataKey.SameAs(second.DataKey));
        second.Dispose();
        AssertZeroed(second.DataKey);
    }

    [Fact]
    public async Task End_of_the_session_zeroes_what_is_left_when_its_file_is_done()
    {
        var pool = await PoolAsync(filesPerKey: 10);
        var idle = await pool.TakeAsync(1, "x", Stop);
        var busy = await pool.TakeAsync(1, "x", Stop);
        idle.Dispose();
        _session.Dispose();
        Assert.True(busy.DataKey.SameAs(busy.DataKey));
        busy.Dispose();
        AssertZeroed(busy.DataKey);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.TakeAsync(1, "x", Stop).AsTask());
    }

    [Fact]
    public async Task Each_file_is_seen_by_who_watches()
    {
        var pool = await PoolAsync(filesPerKey: 10);
        (await pool.TakeAsync(1, "x", Stop)).Dispose();
        (await pool.TakeAsync(1, "y", Stop)).Dispose();
        Assert.Equal(["Generate service:a x", "Generate done", "Generate service:a y", "Generate done"], _observer.Seen);
        Assert.Equal([false, true], _observer.Shared);

        _observer.RefuseStart = new InvalidOperationException("no.");
        await KekFailure.ThrowsAsync(EnvelopeError.KekUseRefused, () => pool.TakeAsync(1, "z", Stop).AsTask());
        Assert.Equal(1, _service.Count("generate"));
    }

    private static void AssertZeroed(DataKey dataKey) => Assert.Throws<ObjectDisposedException>(() => dataKey.SameAs(dataKey));

    private async Task<DataKeyPool> PoolAsync(int filesPerKey)
    {
        var keks = await _session.OpenAsync([KekReference.Parse("service:a")], Stop);
        return _session.OpenPool(keks, EncryptionContext.Empty, filesPerKey, _time);
    }
}
