using EnvelopeCrypto.Body;

namespace EnvelopeCrypto.Files;

/// <summary>Takes plaintext in order and encrypts it, so that a body goes from one data key to another in one pass.</summary>
internal sealed class SealingStream(CobblestoneWriter body) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => body.PlaintextLength;

    public override long Position
    {
        get => body.PlaintextLength;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer) => body.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => body.Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // What is not a full batch yet goes out when the message is completed.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
