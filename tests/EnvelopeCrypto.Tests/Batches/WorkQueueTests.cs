using System.Collections.Concurrent;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Batches;

public sealed class WorkQueueTests
{
    private const long Large = WorkQueue<int, int>.LargeLength;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_item_is_worked_on_once(int throttle)
    {
        var worked = new ConcurrentBag<int>();
        using var queue = new WorkQueue<int, int>(
            throttle, (item, _) => { worked.Add(item); return Task.FromResult(item); }, CancellationToken.None);

        var results = AddAll(queue, Enumerable.Range(0, 3000), item => item % 5 == 0 ? Large : item);

        Assert.Equal(Enumerable.Range(0, 3000), results.Order());
        Assert.Equal(Enumerable.Range(0, 3000), worked.Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Only_large_items_more_than_may_wait_do_not_lock_up(int throttle)
    {
        using var queue = new WorkQueue<int, int>(throttle, (item, _) => Task.FromResult(item), CancellationToken.None);

        var results = AddAll(queue, Enumerable.Range(0, 2500), _ => Large);

        Assert.Equal(Enumerable.Range(0, 2500), results.Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Fewer_workers_than_wanted_do_it_all(int room)
    {
        Thread Start(ThreadStart work)
        {
            var worker = new Thread(work);
            if (room-- <= 0)
                throw new TaskSchedulerException(new InsufficientMemoryException());
            worker.Start();
            return worker;
        }

        using var queue = new WorkQueue<int, int>(7, (item, _) => Task.FromResult(item), Start, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 3000), AddAll(queue, Enumerable.Range(0, 3000), item => item % 5 == 0 ? Large : item).Order());
    }

    [Fact]
    public void No_worker_at_all_is_an_error_of_its_own()
    {
        static Thread Start(ThreadStart work) => throw new TaskSchedulerException(new InsufficientMemoryException());
        Refused.As(EnvelopeError.OutOfResources, () =>
        {
            using var queue = new WorkQueue<int, int>(2, (item, _) => Task.FromResult(item), Start, CancellationToken.None);
        });
    }

    [Fact]
    public void Worker_that_needs_the_waiting_thread_is_served_by_it()
    {
        var questions = new ConcurrentQueue<TaskCompletionSource<int>>();
        var servants = new ConcurrentBag<int>();
        WorkQueue<int, int>? queue = null;
        async Task<int> AskAsync(int item, CancellationToken stop)
        {
            var question = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            questions.Enqueue(question);
            queue!.CallWaiting();
            return item + await question.Task.WaitAsync(Patience.Limit, stop);
        }
        void Serve()
        {
            while (questions.TryDequeue(out var question))
            {
                servants.Add(Environment.CurrentManagedThreadId);
                question.SetResult(1);
            }
        }
        using (queue = new WorkQueue<int, int>(4, AskAsync, CancellationToken.None) { Waiting = Serve })
            Assert.Equal(Enumerable.Range(1, 500), AddAll(queue, Enumerable.Range(0, 500), _ => 1).Order());
        Assert.Equal([Environment.CurrentManagedThreadId], servants.Distinct());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void No_more_are_worked_on_at_once_than_asked(int throttle)
    {
        var (now, most) = (0, 0);
        using var together = new Barrier(throttle);
        using var queue = new WorkQueue<int, int>(throttle, (item, stop) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            together.SignalAndWait(Patience.Limit, stop);
            Interlocked.Decrement(ref now);
            return Task.FromResult(item);
        }, CancellationToken.None);

        var results = AddAll(queue, Enumerable.Range(0, throttle * 20), _ => 1);

        Assert.Equal(throttle * 20, results.Count);
        Assert.Equal(throttle, most);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Large_items_do_not_hold_up_small_ones(int throttle)
    {
        using var gate = new ManualResetEventSlim();
        using var queue = new WorkQueue<int, int>(throttle, (item, stop) =>
        {
            if (item < 0)
                gate.Wait(Patience.Limit, stop);
            return Task.FromResult(item);
        }, CancellationToken.None);
        foreach (var large in Enumerable.Range(1, 50))
            Assert.True(queue.TryAdd(-large, Large));
        foreach (var small in Enumerable.Range(1, 20))
            Assert.True(queue.TryAdd(small, 1));

        // No large one can end before the gate opens, so these are all the small ones.
        var first = Enumerable.Range(0, 20).Select(_ => TakeOne(queue)).ToList();
        gate.Set();
        queue.CompleteAdding();
        var rest = TakeRest(queue);

        Assert.Equal(Enumerable.Range(1, 20), first.Order());
        Assert.Equal(50, rest.Count);
    }

    [Fact]
    public void Small_items_that_come_later_pass_the_large_ones()
    {
        using var gate = new ManualResetEventSlim();
        using var queue = new WorkQueue<int, int>(2, (item, stop) =>
        {
            if (item < 0)
                gate.Wait(Patience.Limit, stop);
            return Task.FromResult(item);
        }, CancellationToken.None);
        foreach (var large in Enumerable.Range(1, 5))
            queue.TryAdd(-large, Large);
        foreach (var small in Enumerable.Range(1, 5))
        {
            queue.TryAdd(small, 1);
            Assert.Equal(small, TakeOne(queue));
        }
        gate.Set();
        queue.CompleteAdding();
        Assert.Equal(5, TakeRest(queue).Count);
    }

    [Fact]
    public void All_workers_help_with_large_items_once_nothing_more_comes()
    {
        using var together = new Barrier(3);
        using var queue = new WorkQueue<int, bool>(
            3, (_, stop) => Task.FromResult(together.SignalAndWait(Patience.Limit, stop)), CancellationToken.None);
        foreach (var item in Enumerable.Range(0, 9))
            queue.TryAdd(item, Large);
        queue.CompleteAdding();
        Assert.All(TakeRest(queue), Assert.True);
    }

    [Fact]
    public void Results_come_as_they_finish()
    {
        using var gate = new ManualResetEventSlim();
        using var queue = new WorkQueue<int, int>(2, (item, stop) =>
        {
            if (item == 0)
                gate.Wait(Patience.Limit, stop);
            return Task.FromResult(item);
        }, CancellationToken.None);
        queue.TryAdd(0, 1);
        queue.TryAdd(1, 1);
        Assert.Equal(1, TakeOne(queue));
        Assert.False(queue.TryTake(out _));
        gate.Set();
        Assert.Equal(0, TakeOne(queue));
    }

    [Fact]
    public void Adding_is_refused_while_too_many_wait()
    {
        using var gate = new ManualResetEventSlim();
        using var queue = new WorkQueue<int, int>(
            2, (item, stop) => { gate.Wait(Patience.Limit, stop); return Task.FromResult(item); }, CancellationToken.None);
        var added = 0;
        while (added < 1000 && queue.TryAdd(added, 1))
            added++;
        Assert.InRange(added, 2, 100);
        gate.Set();
        Assert.True(queue.Take(out _));
        queue.CompleteAdding();
        Assert.Equal(added - 1, TakeRest(queue).Count);
    }

    [Fact]
    public void Unforeseen_failure_surfaces()
    {
        using var queue = new WorkQueue<int, int>(
            2, (item, _) => item == 3 ? throw new FormatException("no") : Task.FromResult(item), CancellationToken.None);
        var failure = Assert.Throws<InvalidOperationException>(() => AddAll(queue, Enumerable.Range(0, 1000), _ => 1));
        Assert.IsType<FormatException>(failure.InnerException);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Work_that_says_stopped_though_nobody_stopped_it_surfaces()
    {
        // A client's own time limit looks like this.
        using var queue = new WorkQueue<int, int>(
            2, (item, _) => item == 3 ? throw new TaskCanceledException() : Task.FromResult(item), CancellationToken.None);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Task.Run(() => AddAll(queue, Enumerable.Range(0, 100), _ => 1)));
        Assert.IsType<TaskCanceledException>(failure.InnerException);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Cancellation_from_another_thread_stops_what_waits_and_what_works()
    {
        using var stop = new CancellationTokenSource();
        using var working = new SemaphoreSlim(0);
        var cleaned = 0;
        using var queue = new WorkQueue<int, int>(2, async (item, token) =>
        {
            working.Release();
            try
            {
                await new TaskCompletionSource().Task.WaitAsync(token);
            }
            finally
            {
                Interlocked.Increment(ref cleaned);
            }
            return item;
        }, stop.Token);
        foreach (var item in Enumerable.Range(0, 10))
            queue.TryAdd(item, 1);
        await working.WaitAsync(Patience.Limit);
        await working.WaitAsync(Patience.Limit);
        var waiting = Task.Run(() => queue.Take(out _));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.ThrowsAny<OperationCanceledException>(() => queue.TryAdd(1, 1));
        queue.Dispose();
        Assert.Equal(2, cleaned);
    }

    [Fact]
    public void Dispose_in_the_middle_stops_what_is_under_way_and_waits_for_it()
    {
        using var working = new SemaphoreSlim(0);
        var (started, told, cleaned) = (0, 0, 0);
        var queue = new WorkQueue<int, int>(3, (item, token) =>
        {
            Interlocked.Increment(ref started);
            working.Release();
            if (token.WaitHandle.WaitOne(Patience.Limit))
                Interlocked.Increment(ref told);
            Interlocked.Increment(ref cleaned);
            throw new OperationCanceledException(token);
        }, CancellationToken.None);
        foreach (var item in Enumerable.Range(0, 20))
            queue.TryAdd(item, 1);
        working.Wait(Patience.Limit);
        queue.Dispose();
        Assert.Equal((started, started), (told, cleaned));
        Assert.InRange(started, 1, 3);
    }

    [Fact]
    public void Dispose_twice_does_no_harm()
    {
        var queue = new WorkQueue<int, int>(2, (item, _) => Task.FromResult(item), CancellationToken.None);
        queue.Dispose();
        queue.Dispose();
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; seen < value; seen = most)
        {
            if (Interlocked.CompareExchange(ref most, value, seen) == seen)
                return;
        }
    }

    private static List<int> AddAll(WorkQueue<int, int> queue, IEnumerable<int> items, Func<int, long> lengthOf)
    {
        var results = new List<int>();
        foreach (var item in items)
        {
            while (!queue.TryAdd(item, lengthOf(item)))
                results.Add(TakeOne(queue));
        }
        queue.CompleteAdding();
        results.AddRange(TakeRest(queue));
        return results;
    }

    private static TResult TakeOne<TResult>(WorkQueue<int, TResult> queue)
    {
        Assert.True(queue.Take(out var result));
        return result!;
    }

    private static List<TResult> TakeRest<TResult>(WorkQueue<int, TResult> queue)
    {
        var results = new List<TResult>();
        while (queue.Take(out var result))
            results.Add(result!);
        return results;
    }
}
