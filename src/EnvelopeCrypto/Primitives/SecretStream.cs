namespace EnvelopeCrypto.Primitives;

/// <summary>Reads or fills secret bytes as a stream, without a copy of them anywhere else. Their length is fixed.</summary>
/// <param name="secret">The bytes.</param>
/// <param name="tooLong">What to throw when more is written than there is room for.</param>
internal sealed class SecretStream(SecretBytes secret, Func<Exception>? tooLong = null) : Stream
{
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => secret.Length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, secret.Length - _position);
        secret.Span.Slice(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (tooLong is not null && buffer.Length > secret.Length - _position)
            throw tooLong();
        buffer.CopyTo(secret.Span[_position..]);
        _position += buffer.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is buffered here.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
