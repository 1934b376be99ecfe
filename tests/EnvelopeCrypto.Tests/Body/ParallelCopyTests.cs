using EnvelopeCrypto.Body;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Body;

/// <summary>What a parallel copy makes, by any way, is what the writer and the reader of single threads make of it.</summary>
public sealed class ParallelCopyTests
{
    private const int Chunk = Cobblestone.PlainChunkSize;
    private const int Batch = ParallelCopyBench.PlainBatch;

    public static TheoryData<int, bool, bool> Ways
    {
        get
        {
            var ways = new TheoryData<int, bool, bool>();
            foreach (var length in new[] { 0, 1, Chunk - 1, Chunk, Chunk + 1, Batch - Chunk, Batch - 1, Batch, Batch + 1, Batch + Chunk, (2 * Batch) - 1, 2 * Batch, (5 * Batch) + 77 })
            {
                foreach (var (from, to) in new[] { (true, true), (true, false), (false, true), (false, false) })
                    ways.Add(length, from, to);
            }
            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Sealed_body_is_the_one_that_the_writer_makes(int length, bool fromFile, bool toFile)
    {
        var bench = new ParallelCopyBench(length);
        using var output = ParallelCopyBench.Output(toFile);
        Assert.Equal(length, bench.Seal(ParallelCopyBench.Input(bench.Sample.Plaintext, fromFile), output));
        Assert.Equal(bench.Sample.Bytes, ParallelCopyBench.BytesOf(output));
        Assert.Equal(bench.Sample.Bytes.Length, output.Position);
        Assert.Equal(length, bench.Progress.Sum());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Opened_body_is_the_plaintext(int length, bool fromFile, bool toFile)
    {
        var bench = new ParallelCopyBench(length);
        using var output = ParallelCopyBench.Output(toFile);
        Assert.Equal(length, bench.Open(ParallelCopyBench.Input(bench.Sample.Bytes, fromFile), output));
        Assert.Equal(bench.Sample.Plaintext, ParallelCopyBench.BytesOf(output));
        Assert.Equal(length, output.Position);
        Assert.Equal(length, bench.Progress.Sum());
        Assert.Equal(length, bench.Open(ParallelCopyBench.Input(bench.Sample.Bytes, fromFile), output: null));
    }

    [Fact]
    public void Body_stands_where_input_and_output_stood()
    {
        var bench = new ParallelCopyBench((2 * Batch) + 9);
        using var output = new PositionedTarget();
        output.Write("front"u8);
        var input = new PositionedSource([.. "head"u8, .. bench.Sample.Plaintext]) { Position = 4 };
        bench.Seal(input, output);
        Assert.Equal([.. "front"u8, .. bench.Sample.Bytes], output.ToArray());
        output.Write("tail"u8);
        Assert.Equal([.. "front"u8, .. bench.Sample.Bytes, .. "tail"u8], output.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50)]
    public void Number_of_workers_does_not_matter(int workers)
    {
        var bench = new ParallelCopyBench((4 * Batch) + 1) { Workers = new CopyWorkers(workers) };
        using var message = new PositionedTarget();
        bench.Seal(new PositionedSource(bench.Sample.Plaintext), message);
        Assert.Equal(bench.Sample.Bytes, message.ToArray());
    }

    [Fact]
    public void Reads_that_give_less_than_was_asked_for_lose_nothing()
    {
        var bench = new ParallelCopyBench(Batch + 100);
        using var message = new PositionedTarget();
        bench.Seal(new PositionedSource(bench.Sample.Plaintext) { Most = 10_007 }, message);
        Assert.Equal(bench.Sample.Bytes, message.ToArray());
        using var plain = new PositionedTarget();
        bench.Open(new PositionedSource(bench.Sample.Bytes) { Most = 10_007 }, plain);
        Assert.Equal(bench.Sample.Plaintext, plain.ToArray());
        using var piped = new MemoryStream();
        bench.Open(new OneByteStream(new MemoryStream(bench.Sample.Bytes)), piped);
        Assert.Equal(bench.Sample.Plaintext, piped.ToArray());
    }

    [Fact]
    public void Progress_is_told_by_one_worker_at_a_time()
    {
        var bench = new ParallelCopyBench(6 * Batch);
        var (inside, together) = (0, 0);
        bench.Open(new PositionedSource(bench.Sample.Bytes), output: null, progress: _ =>
        {
            together = Math.Max(together, Interlocked.Increment(ref inside));
            Thread.Yield();
            Interlocked.Decrement(ref inside);
        });
        Assert.Equal(1, together);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Memory_does_not_grow_with_the_body(bool file)
    {
        // A worker holds one batch from its read to its write: so many as are under way at once are all the memory.
        var bench = new ParallelCopyBench(24 * Batch);
        var (underWay, most, gate) = (0, 0, new object());
        var input = new PositionedSource(bench.Sample.Plaintext) { Before = _ => Count(+1) };
        using var output = new PositionedTarget { Before = offset => Count(offset == 0 ? 0 : -1) };
        if (file)
            bench.Seal(input, output);
        else
            bench.Seal(new PipeOf(input), output);
        Assert.InRange(most, 1, file ? 8 : 3 + 1); // and a read that finds the end

        void Count(int more)
        {
            lock (gate)
                most = Math.Max(most, underWay += more);
        }
    }

    [Fact]
    public void Buffers_serve_again_and_hold_nothing_of_the_last_body()
    {
        var bench = new ParallelCopyBench((6 * Batch) + 5);
        for (var i = 0; i < 3; i++)
        {
            bench.Open(new PositionedSource(bench.Sample.Bytes), output: null);
            bench.Seal(new PositionedSource(bench.Sample.Plaintext), Stream.Null);
            bench.Open(new MemoryStream(bench.Sample.Bytes), Stream.Null);
        }
        var used = 0;
        for (var batch = bench.Workers.Rent(); used < 8; batch = bench.Workers.Rent(), used++)
        {
            foreach (var part in PartsOf(bench.Sample.Plaintext))
                Assert.True(batch.FromRoom.IndexOf(part) < 0 && batch.ToRoom.IndexOf(part) < 0);
        }
    }

    [Fact]
    public void Only_so_many_workers_are_at_work_as_a_run_may_have()
    {
        var workers = new CopyWorkers(2);
        workers.Take();
        Assert.True(workers.TryTake());
        Assert.False(workers.TryTake());
        workers.Take(); // the one of another copy
        Assert.False(workers.TryTake());
        workers.Return();
        workers.Return();
        Assert.True(workers.TryTake());
    }

    private static IEnumerable<byte[]> PartsOf(byte[] plaintext)
    {
        for (var at = 0; at + 32 <= plaintext.Length; at += Batch)
            yield return plaintext[at..(at + 32)];
    }

    /// <summary>A stream that cannot be read anywhere, and gives whole batches.</summary>
    private sealed class PipeOf(PositionedSource source) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer) => source.Read(buffer);

        public override int Read(byte[] buffer, int offset, int count) => source.Read(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
