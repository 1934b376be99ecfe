using System.Diagnostics;
using System.Globalization;

namespace EnvelopeCrypto.Cli;

/// <summary>One line at the bottom of the terminal that says how far a file is. Only there when standard error is a terminal.</summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private const int DefaultColumns = 79; // where the terminal does not say

    private readonly string _name;
    private readonly long? _total;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _done;
    private TimeSpan _next = Quiet;
    private int _width;

    private ProgressLine(string name, long? total)
    {
        _name = name;
        _total = total;
    }

    /// <summary>Null when nobody would see it.</summary>
    public static ProgressLine? For(string path, bool quiet)
    {
        if (quiet || Console.IsErrorRedirected)
            return null;
        var file = path == "-" ? null : new FileInfo(path);
        return new ProgressLine(path == "-" ? "standard input" : file!.Name, file is { Exists: true } ? file.Length : null);
    }

    public void Advance(int bytes)
    {
        _done += bytes;
        var elapsed = Stopwatch.GetElapsedTime(_start);
        if (elapsed < _next)
            return;
        _next = elapsed + Between;
        Show(elapsed);
    }

    public void Dispose()
    {
        if (_width > 0)
            Console.Error.Write($"\r{new string(' ', _width)}\r");
    }

    private void Show(TimeSpan elapsed)
    {
        var speed = _done / elapsed.TotalSeconds;
        var line = $"{DisplayText.OneLine(_name)}  {ByteSize.Format(_done)}";
        if (_total is > 0 and var total)
        {
            var share = Math.Min(1.0, (double)_done / total);
            var left = TimeSpan.FromSeconds(Math.Max(0, total - _done) / Math.Max(1, speed));
            line = string.Create(CultureInfo.InvariantCulture, $"{DisplayText.OneLine(_name)}  {share:P0}  {ByteSize.Format(_done)} of {ByteSize.Format(total)}  {left:h\\:mm\\:ss} left");
        }
        line = $"{line}  {ByteSize.Format(speed)}/s";
        var columns = Console.BufferWidth is > 1 and var width ? width - 1 : DefaultColumns;
        line = line.Length > columns ? line[..columns] : line;
        Console.Error.Write($"\r{line.PadRight(_width)}");
        _width = Math.Max(_width, line.Length);
    }
}
