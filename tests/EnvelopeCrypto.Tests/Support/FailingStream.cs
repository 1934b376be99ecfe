namespace EnvelopeCrypto.Tests.Support;

/// <summary>
/// Reads and writes as another stream does for a number of bytes, then throws <see cref="IOException"/> — once or for good,
/// as a disk that is full for a moment or broken. It cannot seek.
/// </summary>
internal sealed class FailingStream(Stream inner, long goodBytes, bool onlyOnce = false) : Stream
{
    private long _left = goodBytes;

    public int Failures { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer[..Allowed(buffer.Length)]);
        _left -= count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = Allowed(buffer.Length);
            inner.Write(buffer[..count]);
            _left -= count;
            buffer = buffer[count..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private int Allowed(int wanted)
    {
        if (onlyOnce && Failures > 0)
            return wanted;
        if (_left > 0)
            return (int)Math.Min(_left, wanted);
        Failures++;
        throw new IOException("The device does not answer.");
    }
}
