using EnvelopeCrypto.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Tests.Safety;

/// <summary>Counts the bytes that the engine reads and writes, and can have room for only so many.</summary>
internal sealed class CountingFileSystem : ObservedFileSystem
{
    private long _read;
    private long _written;

    /// <summary>Bytes that can be written; what goes beyond is cut off there.</summary>
    public long Room { get; init; } = long.MaxValue;

    public long BytesRead => _read;

    public long BytesWritten => _written;

    public override int Read(SafeFileHandle file, long offset, Span<byte> buffer)
    {
        var count = base.Read(file, offset, buffer);
        Interlocked.Add(ref _read, count);
        return count;
    }

    public override void Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes)
    {
        var room = Room - (Interlocked.Add(ref _written, bytes.Length) - bytes.Length);
        base.Write(file, offset, bytes[..(int)Math.Clamp(room, 0, bytes.Length)]);
        if (room < bytes.Length)
            throw FullDisk.Failure();
    }
}
