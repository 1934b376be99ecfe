using System.Diagnostics;
using System.Globalization;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Cli;

/// <summary>
/// One line at the bottom of the terminal that says how far a run is. Only there when standard error is a terminal. For any thread.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private const int DefaultColumns = 79; // where the terminal does not say

    private readonly object _gate = new();
    private readonly string _name;
    private readonly long? _total;
    private long _start; // with the first byte: time that a passphrase took is none of the work's
    private bool _isPaused;
    private long _done;
    private long _files;
    private TimeSpan _next = Quiet;
    private int _width;

    private ProgressLine(string name, long? total)
    {
        _name = name;
        _total = total;
    }

    /// <summary>Null when no one would see it.</summary>
    /// <param name="paths">What is worked on.</param>
    /// <param name="quiet">Whether no one wants it.</param>
    /// <param name="decrypts">Whether it is the plaintext of envelopes that is counted.</param>
    /// <param name="passes">How often each byte is read.</param>
    public static ProgressLine? For(IReadOnlyList<string> paths, bool quiet, bool decrypts = false, int passes = 1)
    {
        if (quiet || Console.IsErrorRedirected)
            return null;
        if (paths.Count == 1 && paths[0] == Destination.Pipe)
            return new ProgressLine("standard input", total: null);
        return paths.Count == 1 && new FileInfo(paths[0]) is { Exists: true } file
            ? new ProgressLine(DisplayText.OneLine(file.Name), passes * LengthOf(file, decrypts))
            : new ProgressLine("", total: null);
    }

    private static long LengthOf(FileInfo file, bool decrypts)
    {
        try
        {
            return (decrypts ? InspectOperation.InspectFileAsync(file.FullName, CancellationToken.None).GetAwaiter().GetResult().Length : null) ?? file.Length;
        }
        catch (EnvelopeException)
        {
            return file.Length; // the work will say what is wrong with it
        }
    }

    public void Advance(int bytes)
    {
        lock (_gate)
        {
            _start = _start == 0 ? Stopwatch.GetTimestamp() : _start;
            _done += bytes;
            var elapsed = Stopwatch.GetElapsedTime(_start);
            if (elapsed < _next || _isPaused)
                return;
            _next = elapsed + Between;
            Show(Text(elapsed));
        }
    }

    public void FileDone()
    {
        lock (_gate)
            _files++;
    }

    /// <summary>Takes the line away, so that something else can be written.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            if (_width > 0)
                ErrorOutput.Write($"\r{new string(' ', _width)}\r");
            _width = 0;
        }
    }

    /// <summary>Keeps the line away while somebody is asked.</summary>
    public void Pause()
    {
        lock (_gate)
            _isPaused = true;
        Clear();
    }

    public void Resume()
    {
        lock (_gate)
            _isPaused = false;
    }

    public void Dispose() => Clear();

    private string Text(TimeSpan elapsed)
    {
        var speed = _done / elapsed.TotalSeconds;
        var what = _name.Length > 0 ? _name : string.Create(CultureInfo.InvariantCulture, $"{_files:N0} files");
        if (_total is not > 0)
            return $"{what}  {ByteSize.Format(_done)}  {ByteSize.Format(speed)}/s";
        var share = Math.Min(1.0, (double)_done / _total.Value);
        var left = TimeSpan.FromSeconds(Math.Max(0, _total.Value - _done) / Math.Max(1, speed));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{what}  {share:P0}  {ByteSize.Format(_done)} of {ByteSize.Format(_total.Value)}  {left:h\\:mm\\:ss} left  "
            + $"{ByteSize.Format(speed)}/s");
    }

    private void Show(string line)
    {
        var columns = Console.BufferWidth is > 1 and var width ? width - 1 : DefaultColumns;
        line = line.Length > columns ? line[..columns] : line;
        ErrorOutput.Write($"\r{line.PadRight(_width)}");
        _width = Math.Max(_width, line.Length);
    }
}
