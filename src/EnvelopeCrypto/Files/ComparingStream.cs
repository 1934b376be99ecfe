using System.Buffers;
using System.Security.Cryptography;

namespace EnvelopeCrypto.Files;

/// <summary>Takes plaintext in order and compares it with what a file holds.</summary>
internal sealed class ComparingStream(Stream expected) : Stream
{
    private const int BufferSize = 256 * 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private bool _disposed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => !_disposed;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="EnvelopeException">SourceKept: they differ.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var there = _buffer.AsSpan(0, Math.Min(buffer.Length, BufferSize));
            if (expected.ReadAtLeast(there, there.Length, throwOnEndOfStream: false) < there.Length || !buffer[..there.Length].SequenceEqual(there))
                throw Differ();
            buffer = buffer[there.Length..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>That the file ends here too.</summary>
    /// <exception cref="EnvelopeException">SourceKept: it goes on.</exception>
    public void RequireEnd()
    {
        if (expected.Read(_buffer.AsSpan(0, 1)) > 0)
            throw Differ();
    }

    public override void Flush()
    {
        // Nothing is written.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (_disposed)
            return;
        _disposed = true;
        CryptographicOperations.ZeroMemory(_buffer);
        ArrayPool<byte>.Shared.Return(_buffer);
        base.Dispose(disposing);
    }

    private static EnvelopeException Differ() => new(EnvelopeError.SourceKept, "what was read back differs.");
}
