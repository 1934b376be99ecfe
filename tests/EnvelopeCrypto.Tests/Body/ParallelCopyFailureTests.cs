using System.Runtime.ExceptionServices;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Body;

/// <summary>A parallel copy that fails says what is wrong first in the body, writes nothing behind it to a pipe, and comes back.</summary>
public sealed class ParallelCopyFailureTests
{
    private const int Batch = ParallelCopyBench.PlainBatch;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void First_failure_in_the_body_counts_whichever_came_first(bool reading)
    {
        // Batch 1 fails only after batch 2 did.
        var bench = new ParallelCopyBench(6 * Batch);
        using var later = new ManualResetEventSlim();
        var (first, second) = (new IOException("first"), new IOException("second"));
        var input = new PositionedSource(bench.Sample.Plaintext) { Before = offset => Fail(reading, offset / Batch) };
        using var output = new PositionedTarget { Before = offset => Fail(!reading, ParallelCopyBench.SealedBatchAt(offset)) };
        Assert.Same(first, Assert.Throws<IOException>(() => bench.Seal(input, output)));

        void Fail(bool isMeant, long batch)
        {
            if (isMeant && batch == 1)
            {
                Assert.True(later.Wait(Patience.Limit));
                throw first;
            }
            if (isMeant && batch == 2)
            {
                later.Set();
                throw second;
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Damage_before_the_end_that_is_cut_off_is_told_first(bool file)
    {
        var bench = new ParallelCopyBench(4 * Batch);
        var cut = bench.Damaged(70)[..^(Cobblestone.ChunkSize + 20)];
        Refused.As(EnvelopeError.BodyDamaged, () => bench.Open(ParallelCopyBench.Input(cut, file), output: null));
        Refused.As(EnvelopeError.BodyTruncated, () => bench.Open(ParallelCopyBench.Input(bench.Sample.Bytes[..^16], file), output: null));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pipe_gets_all_before_the_first_damage_and_nothing_behind_it(bool fromFile)
    {
        var bench = new ParallelCopyBench(6 * Batch);
        foreach (var chunk in new[] { 0, 1, 63, 64, 65, 200, 384 })
        {
            using var output = new MemoryStream();
            Refused.As(EnvelopeError.BodyDamaged, () => bench.Open(ParallelCopyBench.Input(bench.Damaged(chunk, 260, 384), fromFile), output));
            Assert.Equal(bench.Sample.Plaintext[..(Math.Min(chunk, 260) * Cobblestone.PlainChunkSize)], output.ToArray());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(Cobblestone.ChunkSize)]
    [InlineData(ParallelCopyBench.SealedBatch)]
    [InlineData((2 * ParallelCopyBench.SealedBatch) + 17)]
    [InlineData(3 * ParallelCopyBench.SealedBatch)]
    public void Body_that_is_cut_off_or_goes_on_is_refused_in_every_way(int kept)
    {
        var bench = new ParallelCopyBench(3 * Batch);
        foreach (var file in new[] { true, false })
        {
            var cut = bench.Sample.Bytes[..(Cobblestone.PreambleSize + kept)];
            var failure = Assert.Throws<EnvelopeException>(() => bench.Open(ParallelCopyBench.Input(cut, file), output: null));
            using var reader = bench.Sample.Open(cut);
            Assert.Equal(
                Refused.As(failure.Error, () => reader.CopyTo(output: null, progress: null, CancellationToken.None)).Reason,
                failure.Reason);
            byte[] longer = [.. bench.Sample.Bytes, .. bench.Sample.Bytes[..kept], 0];
            Refused.As(EnvelopeError.BodyDamaged, () => bench.Open(ParallelCopyBench.Input(longer, file), output: null));
        }
    }

    [Theory]
    [InlineData((3 * Batch) + 10, 1)]
    [InlineData((3 * Batch) + 10, (3 * Batch) + 9)]
    [InlineData(3 * Batch, Batch)]
    [InlineData(3 * Batch, (3 * Batch) - 1)]
    [InlineData((3 * Batch) + 10, (3 * Batch) + 11)]
    [InlineData((3 * Batch) + 10, 5 * Batch)]
    public void File_that_has_other_bytes_than_it_had_is_not_sealed(int length, int now)
    {
        var bench = new ParallelCopyBench(length);
        var input = new PositionedSource(bench.Sample.Plaintext);
        input.Resize(now);
        using var output = new PositionedTarget();
        Refused.As(EnvelopeError.SourceChanged, () => bench.Seal(input, output));
        Assert.NotEqual(bench.Sample.Bytes.Length, output.Position);
    }

    [Theory]
    [InlineData(1, EnvelopeError.BodyDamaged)]
    [InlineData(-1, EnvelopeError.BodyTruncated)]
    public void File_that_changes_its_end_behind_the_last_read_is_not_proven(int more, EnvelopeError error)
    {
        var bench = new ParallelCopyBench((2 * Batch) + 10);
        var input = new PositionedSource(bench.Sample.Bytes);
        var seen = 0;
        Refused.As(error, () => bench.Open(input, output: null, progress: count =>
        {
            seen += count;
            if (seen == bench.Sample.Plaintext.Length)
                input.Resize(bench.Sample.Bytes.Length + more);
        }));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Stopped_pump_does_no_more_than_what_is_under_way(bool fromFile, bool toFile)
    {
        var bench = new ParallelCopyBench(40 * Batch);
        using var stop = new CancellationTokenSource();
        using var output = ParallelCopyBench.Output(toFile);
        Assert.ThrowsAny<OperationCanceledException>(
            () => bench.Open(ParallelCopyBench.Input(bench.Sample.Bytes, fromFile), output, _ => stop.Cancel(), stop.Token));
        Assert.InRange(ParallelCopyBench.BytesOf(output).Length, 0, 20 * Batch);
        Assert.ThrowsAny<OperationCanceledException>(
            () => bench.Open(ParallelCopyBench.Input(bench.Sample.Bytes, fromFile), output, progress: null, stop.Token));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public Task Copy_comes_back_though_a_pipe_gives_nothing() => Task.Run(() =>
    {
        var bench = new ParallelCopyBench(3 * Batch);
        using var input = new WaitingStream(bench.Sample.Plaintext[..(2 * Batch)]);
        var output = new FailingStream(new MemoryStream(), Cobblestone.PreambleSize + 10);
        Assert.Throws<IOException>(() => bench.Seal(input, output));

        using var stop = new CancellationTokenSource();
        using var other = new WaitingStream(bench.Sample.Plaintext[..(2 * Batch)]);
        var seen = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => bench.Seal(other, Stream.Null, _ => Count(), stop.Token));

        void Count()
        {
            if (++seen == 2)
                stop.Cancel();
        }
    });

    [Fact]
    public void Progress_that_throws_ends_the_work()
    {
        var bench = new ParallelCopyBench(5 * Batch);
        var failure = new InvalidOperationException();
        foreach (var file in new[] { true, false })
            Assert.Same(failure, Assert.Throws<InvalidOperationException>(() => bench.Open(ParallelCopyBench.Input(bench.Sample.Bytes, file), output: null, progress: _ => throw failure)));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Worker_that_finds_no_thread_or_memory_is_done_without(bool file, bool thread)
    {
        foreach (var most in new[] { 1, 2 })
        {
            var bench = new ParallelCopyBench(6 * Batch)
            {
                Workers = new ScarceWorkers { Threads = thread ? most : 8, Batches = thread ? 8 : most },
            };
            using var message = ParallelCopyBench.Output(file);
            Assert.Equal(6 * Batch, bench.Seal(ParallelCopyBench.Input(bench.Sample.Plaintext, file), message));
            Assert.Equal(bench.Sample.Bytes, ParallelCopyBench.BytesOf(message));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Copy_without_any_worker_says_what_it_lacks(bool thread)
    {
        var bench = new ParallelCopyBench(3 * Batch) { Workers = new ScarceWorkers { Threads = thread ? 0 : 8, Batches = thread ? 8 : 0 } };
        foreach (var file in new[] { true, false })
        {
            using var message = ParallelCopyBench.Output(file);
            Refused.As(EnvelopeError.OutOfResources, () => bench.Seal(ParallelCopyBench.Input(bench.Sample.Plaintext, file), message));
            Assert.Equal(Cobblestone.PreambleSize, ParallelCopyBench.BytesOf(message).Length);
        }
    }

    /// <summary>A machine that gives so many threads and so much memory at once.</summary>
    private sealed class ScarceWorkers() : CopyWorkers(8)
    {
        private int _threads;
        private int _batches;

        // As the runtime says it, of threads too.
        private Exception NoRoom { get; } = new InsufficientMemoryException();

        public int Threads { get; init; }

        public int Batches { get; init; }

        public override void Start(ThreadStart work)
        {
            if (Interlocked.Increment(ref _threads) <= Threads)
                base.Start(() => Counted(work));
            else
            {
                Interlocked.Decrement(ref _threads);
                ExceptionDispatchInfo.Throw(NoRoom);
            }
        }

        public override CopyBuffers Rent()
        {
            if (Interlocked.Increment(ref _batches) > Batches)
                ExceptionDispatchInfo.Throw(NoRoom);
            return base.Rent();
        }

        private void Counted(ThreadStart work)
        {
            work();
            Interlocked.Decrement(ref _threads);
        }
    }

    /// <summary>A pipe whose other end writes so much, and then waits until the test is over.</summary>
    private sealed class WaitingStream(byte[] bytes) : MemoryStream(bytes)
    {
        private readonly ManualResetEventSlim _over = new();

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (Position == Length)
                _over.Wait(Patience.Limit);
            return base.Read(buffer, offset, count);
        }

        protected override void Dispose(bool disposing)
        {
            _over.Set();
            base.Dispose(disposing);
        }
    }
}
