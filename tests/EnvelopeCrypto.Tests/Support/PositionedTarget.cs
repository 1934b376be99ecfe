using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>A file in memory that is written anywhere, and that a test can look into before each write.</summary>
internal sealed class PositionedTarget : Stream, IPositionedOutput
{
    private readonly object _gate = new();
    private byte[] _bytes = [];
    private long _position;

    /// <summary>Hears of each write by its offset; what it throws, the write throws.</summary>
    public Action<long>? Before { get; init; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _bytes.Length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public byte[] ToArray() => _bytes;

    public void WriteAt(long offset, ReadOnlySpan<byte> bytes)
    {
        Before?.Invoke(offset);
        lock (_gate)
        {
            if (_bytes.Length < offset + bytes.Length)
                Array.Resize(ref _bytes, (int)offset + bytes.Length);
            bytes.CopyTo(_bytes.AsSpan((int)offset));
        }
    }

    public void MoveTo(long position) => _position = position;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        WriteAt(_position, buffer);
        _position += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
