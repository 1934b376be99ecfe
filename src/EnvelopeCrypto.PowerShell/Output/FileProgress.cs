using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace EnvelopeCrypto.PowerShell;

/// <summary>How far a run over files is. Workers report bytes; all else is the pipeline thread's, which alone may show it.</summary>
internal sealed class FileProgress(string activity)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    // One cmdlet can feed another, and each has a bar.
    private readonly int _id = Random.Shared.Next(1, int.MaxValue);
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _bytes;
    private long _files;
    private long _expectedFiles;
    private long _expectedBytes;
    private bool _isAllKnown;
    private bool _shown;
    private TimeSpan _next = Quiet;

    /// <summary>Bytes were worked on. For any thread.</summary>
    public void Advance(int bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Expect(long bytes) => (_expectedFiles, _expectedBytes) = (_expectedFiles + 1, _expectedBytes + bytes);

    /// <summary>From now on a share and the time left can be told.</summary>
    public void ExpectNoMore() => _isAllKnown = true;

    public void FileDone() => _files++;

    /// <summary>What to show; null when it is too soon.</summary>
    public ProgressRecord? Due()
    {
        var elapsed = Stopwatch.GetElapsedTime(_start);
        if (elapsed < _next)
            return null;
        _next = elapsed + Between;
        _shown = true;
        return Record(elapsed);
    }

    /// <summary>What takes the bar away; null when there is none.</summary>
    public ProgressRecord? End() => _shown ? new ProgressRecord(_id, activity, "done") { RecordType = ProgressRecordType.Completed } : null;

    private ProgressRecord Record(TimeSpan elapsed)
    {
        var bytes = Interlocked.Read(ref _bytes);
        var speed = bytes / elapsed.TotalSeconds;
        var files = _isAllKnown
            ? string.Create(CultureInfo.InvariantCulture, $"{_files:N0} of {_expectedFiles:N0} files")
            : string.Create(CultureInfo.InvariantCulture, $"{_files:N0} files");
        var size = _isAllKnown && bytes <= _expectedBytes
            ? $"{ByteSize.Format(bytes)} of {ByteSize.Format(_expectedBytes)}"
            : ByteSize.Format(bytes);
        // A rewrap reads no data, and has files to count only.
        var record = new ProgressRecord(_id, activity, bytes == 0 ? files : $"{files}, {size}, {ByteSize.Format(speed)}/s");
        if (_isAllKnown && _expectedBytes > 0)
        {
            record.PercentComplete = (int)(100 * Math.Min(1.0, (double)bytes / _expectedBytes));
            if (speed > 0)
                record.SecondsRemaining = (int)Math.Min(int.MaxValue, Math.Max(0, _expectedBytes - bytes) / speed);
        }
        return record;
    }
}
