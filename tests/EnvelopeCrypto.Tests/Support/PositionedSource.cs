using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Tests.Support;

/// <summary>A file in memory that is read anywhere, and that a test can look into before each read.</summary>
/// <param name="bytes">What it holds.</param>
internal sealed class PositionedSource(byte[] bytes) : Stream, IPositionedInput
{
    private byte[] _bytes = bytes;

    /// <summary>The most bytes that one read gives.</summary>
    public int Most { get; init; } = int.MaxValue;

    /// <summary>Hears of each read by its offset; what it throws, the read throws.</summary>
    public Action<long>? Before { get; init; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _bytes.Length;

    public override long Position { get; set; }

    /// <summary>Makes it longer or shorter from now on.</summary>
    public void Resize(int length) => Array.Resize(ref _bytes, length);

    public int ReadAt(long offset, Span<byte> destination)
    {
        Before?.Invoke(offset);
        return PositionedBytes.Of(_bytes, Most)(offset, destination);
    }

    public override int Read(Span<byte> buffer)
    {
        var count = ReadAt(Position, buffer);
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
