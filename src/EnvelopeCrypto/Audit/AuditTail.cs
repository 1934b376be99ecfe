using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Audit;

/// <summary>How a file of a log ends: its last whole line, and what stands after it.</summary>
/// <param name="Last">The line.</param>
/// <param name="End">Where it ends, its newline included.</param>
/// <param name="Torn">The bytes after it, which a process that died had left; empty when there are none.</param>
internal sealed record AuditTail(AuditLine Last, long End, byte[] Torn)
{
    private const int FirstLook = 8 * 1024;

    /// <summary>Reads the end alone, however long the file is.</summary>
    /// <exception cref="EnvelopeException">AuditLogDamaged when the last line is not whole, so that no chain can go on from it.</exception>
    public static AuditTail Read(SafeFileHandle file, string path, long length, AuditChain chain)
    {
        const int longest = AuditLimits.MaxTorn + AuditLimits.MaxLineLength;
        for (long size = Math.Min(FirstLook, length); ; size = Math.Min(size * 8, length))
        {
            var bytes = new byte[Math.Min(size, longest)];
            var start = length - bytes.Length;
            ReadFully(file, start, bytes);
            var end = bytes.AsSpan().LastIndexOf((byte)'\n');
            var before = end <= 0 ? -1 : bytes.AsSpan(0, end).LastIndexOf((byte)'\n');
            if (end >= 0 && (before >= 0 || start == 0))
                return Of(bytes.AsSpan(before + 1, end - before - 1), start + end + 1, bytes[(end + 1)..], path, chain);
            if (start == 0 || bytes.Length == longest)
                throw Damaged(path, "its end is not a line");
        }
    }

    public static void ReadFully(SafeFileHandle file, long offset, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = AuditFiles.Files.Read(file, offset, bytes);
            if (count == 0)
                throw new EndOfStreamException("The file became shorter while it was read.");
            bytes = bytes[count..];
            offset += count;
        }
    }

    public static EnvelopeException Damaged(string path, string why, Exception? inner = null) => new EnvelopeException(
        EnvelopeError.AuditLogDamaged,
        $"{why}; keep the log's files elsewhere as they are, and begin a new log.",
        inner).About(path);

    private static AuditTail Of(ReadOnlySpan<byte> text, long end, byte[] torn, string path, AuditChain chain)
    {
        AuditLine line;
        try
        {
            line = AuditLine.Parse(text);
        }
        catch (EnvelopeException failure)
        {
            throw Damaged(path, "its last line was changed, or is none of an audit log", failure);
        }
        if (torn.Length > AuditLimits.MaxTorn)
            throw Damaged(path, "its end is not a line");
        return chain.IsWhole(text, line) ? new AuditTail(line, end, torn) : throw Damaged(path, "its last line was changed");
    }
}
