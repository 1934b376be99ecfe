namespace EnvelopeCrypto.Cli;

/// <summary>Standard input, of which a read that waits can be given up: a read of the system cannot.</summary>
internal sealed class PipeInput(Stream input, CancellationToken stop) : Stream
{
    private byte[] _buffer = [];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        // The reading thread has a buffer of its own: when it is given up, it may still write there.
        if (_buffer.Length < buffer.Length)
            _buffer = new byte[buffer.Length];
        var (own, wanted) = (_buffer, buffer.Length);
        var read = Wait(Task.Run(() => input.Read(own, 0, wanted), stop));
        own.AsSpan(0, read).CopyTo(buffer);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <exception cref="EnvelopeException">SourceUnreadable: it is a directory, or not open for reading.</exception>
    private int Wait(Task<int> reading)
    {
        try
        {
            return reading.WaitAsync(stop).GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EnvelopeException(EnvelopeError.SourceUnreadable, $"reading from the pipe failed: {failure.Message}", failure);
        }
    }
}
