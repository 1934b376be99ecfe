using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Primitives;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Files;

/// <summary>The bytes of a source file, unbuffered. A read that fails names the file, since the output beside it can fail too.</summary>
/// <param name="files">Reads.</param>
/// <param name="path">The file.</param>
/// <param name="handle">Closed with the stream.</param>
internal sealed class SourceStream(FileSystem files, string path, SafeFileHandle handle) : Stream, IPositionedInput
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => files.Length(handle);

    public override long Position { get; set; }

    /// <exception cref="EnvelopeException">SourceUnreadable, SourceInUse.</exception>
    public override int Read(Span<byte> buffer)
    {
        var count = ReadAt(Position, buffer);
        Position += count;
        return count;
    }

    /// <exception cref="EnvelopeException">SourceUnreadable, SourceInUse.</exception>
    public int ReadAt(long offset, Span<byte> destination)
    {
        try
        {
            return files.Read(handle, offset, destination);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Reading(path, failure);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is written here.
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            handle.Dispose();
        base.Dispose(disposing);
    }
}
