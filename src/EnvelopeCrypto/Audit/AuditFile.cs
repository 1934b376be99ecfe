using System.Buffers;
using EnvelopeCrypto.Disk;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Audit;

/// <summary>
/// The end of a log on disk, where several processes append. Under the lock: look whether another one wrote, read the last line if so,
/// and append whole lines in one write. Not for several threads at once.
/// </summary>
internal sealed class AuditFile(string path, long maxSize, AuditKeys keys, TimeProvider time) : IDisposable
{
    private SafeFileHandle? _file;
    private FileStatus _status;
    private AuditHeader? _header;
    private long _firstNumber;
    private AuditChain _chain = new(key: null);
    private long _length;

    /// <summary>Appends lines; gives the number of the first. When this throws, none of them stands there.</summary>
    /// <exception cref="EnvelopeException">
    /// AuditLogUnusable, AuditLogDamaged, DiskFull, OutputFailed; why the KEK of the chain does not open it.
    /// </exception>
    public async ValueTask<long> AppendAsync(IReadOnlyList<byte[]> contents, CancellationToken cancellationToken)
    {
        try
        {
            // Somebody may have to be asked for a passphrase: not while others wait for the lock.
            if (_file is null && HeaderNow() is { } header)
                await keys.OpenAsync(header, path, cancellationToken);
            while (true)
            {
                using var held = await AuditLock.AcquireAsync(path, time, cancellationToken);
                await RefreshAsync(cancellationToken);
                // A file has one line more than its first, whatever its size is to be.
                if (_length >= maxSize && _chain.Count > _firstNumber)
                    await RotateAsync(cancellationToken);
                var first = _chain.Count + 1;
                if (held.HasItsName())
                {
                    Write(contents);
                    return first;
                }
                Forget(); // another may write by now
            }
        }
        catch (Exception failure) when (DiskFailure.IsKnown(failure))
        {
            Forget();
            throw DiskFailure.WhileWriting(path, failure);
        }
    }

    public void Dispose() => Forget();

    // Where the file that is open is no longer the one of that name, or not as long as we left it, somebody else was here.
    private async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        var now = AuditFiles.StatusOf(path);
        AuditFiles.RequireFile(now, path);
        if (_file is not null && now is { } same && same.IsSameFileAs(_status) && same.Length == _length)
            return;
        Forget();
        if (now is not { Length: > 0 })
            await BeginAsync(now is not null, cancellationToken);
        await OpenAsync(cancellationToken);
    }

    private async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        _file = AuditFiles.Open(path, FileAccess.ReadWrite);
        _status = AuditFiles.Files.Status(_file, path);
        var first = FirstLineOf(_file, path);
        (_header, _firstNumber) = (first.Header!, first.Number);
        _chain = new AuditChain(await keys.OpenAsync(_header, path, cancellationToken));
        var tail = AuditTail.Read(_file, path, _status.Length, _chain);
        _chain.ContinueAfter(tail.Last.Number, tail.Last.Hash);
        _length = tail.End;
        if (tail.Torn.Length > 0)
            Mend(tail.Torn);
    }

    // Written over what is torn, in one step, so that a crash here leaves one torn line again and nothing else. It is never shorter
    // than what it tells of, but for one that is not kept whole.
    private void Mend(byte[] torn)
    {
        var kept = torn.AsSpan(0, Math.Min(torn.Length, AuditLimits.MaxTornKept)).ToArray();
        var line = Next([AuditLineWriter.Write(new AuditTorn(time.GetUtcNow(), torn.Length, kept, AuditSource.Here))]);
        AuditFiles.Files.Write(_file!, _length, line);
        _length += line.Length;
        AuditFiles.Files.SetLength(_file!, _length);
    }

    // A log's first file, or the next after the newest that was closed: a process can die between closing one and beginning the next.
    private async ValueTask BeginAsync(bool isEmpty, CancellationToken cancellationToken)
    {
        if (AuditFiles.Closed(path) is [.., var newest])
        {
            using var file = AuditFiles.Open(newest, FileAccess.Read);
            var header = FirstLineOf(file, newest).Header!;
            var chain = new AuditChain(await keys.OpenAsync(header, newest, cancellationToken));
            var tail = AuditTail.Read(file, newest, AuditFiles.Files.Status(file, newest).Length, chain);
            if (tail.Torn.Length > 0)
                throw AuditTail.Damaged(newest, "its end is not a line");
            chain.ContinueAfter(tail.Last.Number, tail.Last.Hash);
            WriteFirst(chain, header with { Continues = Path.GetFileName(newest) }, isEmpty);
            return;
        }
        var (log, recipient) = await keys.MakeAsync(path, cancellationToken);
        var first = new AuditHeader { Time = time.GetUtcNow(), Log = log, Recipient = recipient, Source = AuditSource.Here };
        WriteFirst(new AuditChain(await keys.OpenAsync(first, path, cancellationToken)), first, isEmpty);
    }

    private async ValueTask RotateAsync(CancellationToken cancellationToken)
    {
        var closed = AuditFiles.ClosedName(path, _chain.Count);
        Forget();
        AuditFiles.Close(path, closed);
        // From what is known here, not from what has the newest name: that can be somebody else's file.
        WriteFirst(_chain, _header! with { Continues = Path.GetFileName(closed) }, replace: false);
        await OpenAsync(cancellationToken);
    }

    // The first line appears whole or not at all: nothing could be chained onto half of it.
    private void WriteFirst(AuditChain chain, AuditHeader header, bool replace)
    {
        var line = new ArrayBufferWriter<byte>();
        chain.Append(AuditLineWriter.Write(header with { Time = time.GetUtcNow(), Source = AuditSource.Here }), line);
        using var output = OutputFile.Create(FileSystem.Default, path, replace);
        output.Write(line.WrittenSpan);
        output.Publish(modified: null, mode: null, flush: true);
    }

    private void Write(IReadOnlyList<byte[]> contents)
    {
        var lines = Next(contents);
        try
        {
            AuditFiles.Files.Write(_file!, _length, lines);
            _length += lines.Length;
        }
        catch
        {
            TakeBack();
            throw;
        }
    }

    // What stands there of lines whose uses are refused. If it cannot be taken away, the next writer finds a torn line.
    private void TakeBack()
    {
        try
        {
            AuditFiles.Files.SetLength(_file!, _length);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            // The first failure is the one to tell.
        }
    }

    private ReadOnlySpan<byte> Next(IReadOnlyList<byte[]> contents)
    {
        var lines = new ArrayBufferWriter<byte>(1024);
        foreach (var content in contents)
            _chain.Append(content, lines);
        return lines.WrittenSpan;
    }

    private AuditHeader? HeaderNow()
    {
        using var file = AuditFiles.TryOpen(path);
        return file is null || AuditFiles.Files.Status(file, path).Length == 0 ? null : FirstLineOf(file, path).Header;
    }

    private static AuditLine FirstLineOf(SafeFileHandle file, string path)
    {
        var lines = new AuditLineReader(file);
        try
        {
            if (lines.Read() && lines.EndsWithNewline && AuditLine.Parse(lines.Text) is { Header: not null } first)
                return first;
        }
        catch (EnvelopeException failure)
        {
            throw AuditTail.Damaged(path, "it does not begin as an audit log does", failure);
        }
        throw AuditTail.Damaged(path, "it does not begin as an audit log does");
    }

    private void Forget()
    {
        _file?.Dispose();
        _file = null;
    }
}
