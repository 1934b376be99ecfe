using System.Buffers;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Body;

public sealed class CobblestoneReaderTests
{
    private const int Chunk = Cobblestone.PlainChunkSize;
    private const int Batch = 64 * Chunk;

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(Chunk)]
    [InlineData(Batch + 1)]
    public void Size_of_the_reads_does_not_matter(int size)
    {
        var sample = SampleMessage.Of(Batch + Chunk + 9);
        using var reader = CobblestoneReader.Open(new OneByteStream(new MemoryStream(sample.Bytes)), sample.Key, sample.Context);
        using var given = new MemoryStream();
        var piece = new byte[size];
        while (reader.Read(piece) is > 0 and var count)
            given.Write(piece, 0, count);

        Assert.Equal(sample.Plaintext, given.ToArray());
        Assert.Equal(0, reader.Read(piece));
    }

    [Fact]
    public void Read_of_nothing_gives_nothing_and_loses_nothing()
    {
        var sample = SampleMessage.Of(10);
        using var reader = sample.Open(sample.Bytes);
        var plain = new byte[10];

        Assert.Equal(0, reader.Read([]));
        Assert.Equal(10, reader.Read(plain));
        Assert.Equal(sample.Plaintext, plain);
    }

    [Fact]
    public void Copying_goes_on_where_reading_stopped()
    {
        var sample = SampleMessage.Of(Chunk + 10);
        using var reader = sample.Open(sample.Bytes);
        reader.Read(new byte[7]);
        using var rest = new MemoryStream();
        reader.CopyTo(rest, progress: null, CancellationToken.None);

        Assert.Equal(sample.Plaintext[7..], rest.ToArray());
    }

    [Fact]
    public void Progress_counts_every_byte_once()
    {
        var sample = SampleMessage.Of((2 * Batch) + 5);
        using var reader = sample.Open(sample.Bytes);
        var seen = 0L;
        reader.CopyTo(output: null, count => seen += count, CancellationToken.None);

        Assert.Equal(sample.Plaintext.Length, seen);
    }

    [Fact]
    public void Cancelled_copying_stops_after_the_batch_and_can_go_on()
    {
        var sample = SampleMessage.Of((2 * Batch) + 5);
        using var reader = sample.Open(sample.Bytes);
        using var output = new MemoryStream();
        using var cancelling = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => reader.CopyTo(output, _ => cancelling.Cancel(), cancelling.Token));
        Assert.Equal(Batch, output.Length);
        reader.CopyTo(output, progress: null, CancellationToken.None);
        Assert.Equal(sample.Plaintext, output.ToArray());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(Cobblestone.ChunkSize, 0)]
    [InlineData((64 * Cobblestone.ChunkSize) - 1, 0)]
    [InlineData(64 * Cobblestone.ChunkSize, Batch)]
    [InlineData((64 * Cobblestone.ChunkSize) + 5, Batch)]
    public void Input_that_failed_once_fails_for_good(int goodBytes, int given)
    {
        var sample = SampleMessage.Of(2 * Batch);
        var input = new FailingStream(new MemoryStream(sample.Bytes), Cobblestone.PreambleSize + goodBytes, onlyOnce: true);
        using var reader = CobblestoneReader.Open(input, sample.Key, sample.Context);
        using var output = new MemoryStream();

        var first = Assert.Throws<IOException>(() => reader.CopyTo(output, progress: null, CancellationToken.None));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(first.Message, Assert.Throws<IOException>(() => reader.Read(new byte[1])).Message);
            Assert.Equal(
                first.Message, Assert.Throws<IOException>(() => reader.CopyTo(output, progress: null, CancellationToken.None)).Message);
        }
        Assert.Equal(1, input.Failures);
        Assert.Equal(sample.Plaintext[..given], output.ToArray());
    }

    [Fact]
    public void Output_that_failed_once_never_gets_bytes_twice()
    {
        var sample = SampleMessage.Of(2 * Batch);
        using var disk = new MemoryStream();
        var output = new FailingStream(disk, 1000, onlyOnce: true);
        using var reader = sample.Open(sample.Bytes);

        Assert.Throws<IOException>(() => reader.CopyTo(output, progress: null, CancellationToken.None));
        Assert.Throws<IOException>(() => reader.CopyTo(output, progress: null, CancellationToken.None));
        Assert.Throws<IOException>(() => reader.Read(new byte[1]));
        Assert.Equal(sample.Plaintext[..1000], disk.ToArray());
    }

    [Fact]
    public void Input_that_fails_in_the_preamble_fails_at_once()
    {
        var sample = SampleMessage.Of(10);
        var input = new FailingStream(new MemoryStream(sample.Bytes), 40);
        Assert.Throws<IOException>(() => CobblestoneReader.Open(input, sample.Key, sample.Context).Dispose());
    }

    [Fact]
    public void Closed_reader_gives_nothing_not_even_what_it_had_verified()
    {
        var sample = SampleMessage.Of(1000);
        var reader = sample.Open(sample.Bytes);
        Assert.Equal(1, reader.Read(new byte[1]));
        reader.Dispose();
        reader.Dispose();

        Assert.Throws<ObjectDisposedException>(() => reader.Read(new byte[1]));
        Assert.Throws<ObjectDisposedException>(() => reader.CopyTo(Stream.Null, progress: null, CancellationToken.None));
    }

    [Fact]
    public void Closing_wipes_the_plaintext_out_of_the_buffer()
    {
        var plaintext = new byte[Batch + 100];
        plaintext.AsSpan().Fill(0xA5);
        var sample = SampleMessage.Of(0);
        var message = SampleMessage.Write(sample.Key, sample.Context, plaintext);
        using (var reader = sample.Open(message))
            reader.CopyTo(output: null, progress: null, CancellationToken.None);

        // The pool hands a thread the buffer that it gave back last.
        var buffer = ArrayPool<byte>.Shared.Rent(Batch);
        Assert.Equal(-1, buffer.AsSpan().IndexOf(Enumerable.Repeat((byte)0xA5, 32).ToArray()));
        ArrayPool<byte>.Shared.Return(buffer);
    }

    [Fact]
    public void Same_failure_comes_as_an_exception_of_its_own_each_time()
    {
        var sample = SampleMessage.Of(10);
        using var reader = sample.Open(sample.Bytes[..^1]);
        var first = Refused.As(EnvelopeError.BodyDamaged, () => reader.Read(new byte[1])).About("one.evc");
        var second = Refused.As(EnvelopeError.BodyDamaged, () => reader.Read(new byte[1]));

        Assert.Equal("one.evc", first.Path);
        Assert.Null(second.Path);
        Assert.Equal(first.Reason, second.Reason);
    }
}
