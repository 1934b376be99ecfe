using System.Buffers;
using System.Security.Cryptography;
using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Files;

/// <summary>Takes plaintext in order and compares it with what a file holds.</summary>
internal sealed class ComparingStream(Stream expected) : WriteOnlyStream
{
    private const int BufferSize = 256 * 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private bool _disposed;

    public override bool CanWrite => !_disposed;

    /// <exception cref="EnvelopeException">SourceKept: they differ.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var there = _buffer.AsSpan(0, Math.Min(buffer.Length, BufferSize));
            if (expected.ReadAtLeast(there, there.Length, throwOnEndOfStream: false) < there.Length
                || !buffer[..there.Length].SequenceEqual(there))
            {
                throw Differ();
            }
            buffer = buffer[there.Length..];
        }
    }

    /// <summary>That the file ends here too.</summary>
    /// <exception cref="EnvelopeException">SourceKept: it goes on.</exception>
    public void RequireEnd()
    {
        if (expected.Read(_buffer.AsSpan(0, 1)) > 0)
            throw Differ();
    }

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
