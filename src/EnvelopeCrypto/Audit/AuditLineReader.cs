using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Audit;

/// <summary>
/// The lines of one file of a log, from its beginning. Memory is that of the longest line that is allowed, however long a line is.
/// </summary>
/// <param name="file">The file, which stays the caller's.</param>
internal sealed class AuditLineReader(SafeFileHandle file)
{
    private byte[] _buffer = new byte[128 * 1024];
    private long _offset;
    private int _start;
    private int _end;

    /// <summary>The line that was read last, without its newline; of one that is too long, its beginning. Good until the next.</summary>
    public ReadOnlySpan<byte> Text => _buffer.AsSpan(_start - TextLength - (EndsWithNewline ? 1 : 0), TextLength);

    /// <summary>The line's number in this file, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>False for bytes at the end of the file after its last newline, and for a line that is too long.</summary>
    public bool EndsWithNewline { get; private set; }

    /// <summary>Whether the line is longer than any of ours.</summary>
    public bool IsTooLong { get; private set; }

    private int TextLength { get; set; }

    /// <summary>False when there is no more.</summary>
    public bool Read()
    {
        if (IsTooLong)
            return false; // nothing after it can be trusted to begin a line
        var searched = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0)
                return Take(searched + at, newline: true);
            searched = _end - _start;
            if (searched >= AuditLimits.MaxLineLength)
            {
                IsTooLong = true;
                return Take(searched, newline: false);
            }
            if (!Fill())
                return searched > 0 && Take(searched, newline: false);
        }
    }

    /// <summary>Takes back bytes without a newline: the file may have grown since.</summary>
    public void PutBack()
    {
        _start -= TextLength;
        Line--;
    }

    private bool Take(int length, bool newline)
    {
        Line++;
        TextLength = length;
        EndsWithNewline = newline;
        _start += length + (newline ? 1 : 0);
        return true;
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, AuditLimits.MaxLineLength));
        var count = AuditFiles.Files.Read(file, _offset, _buffer.AsSpan(_end));
        _offset += count;
        _end += count;
        return count > 0;
    }
}
