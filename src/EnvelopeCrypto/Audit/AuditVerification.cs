using System.Diagnostics.CodeAnalysis;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Keys;
using Microsoft.Win32.SafeHandles;

namespace EnvelopeCrypto.Audit;

/// <summary>
/// Proves an audit log from its oldest file to its end, a line at a time, and says which line is the first that is wrong. A cut tail
/// cannot be seen in what is left: for that the caller says what head or count the log is known to have had.
/// </summary>
internal sealed class AuditVerification : IDisposable
{
    private static readonly TimeSpan WhileWritten = TimeSpan.FromMilliseconds(20);
    private const int Looks = 10;

    private readonly AuditKeys _keys;

    /// <param name="kek">
    /// The KEK that the chain must be under; null for that of the variable, else for any that may open files, or none.
    /// </param>
    /// <param name="options">How KEKs are found and which may be used. Their use here is not recorded.</param>
    /// <exception cref="EnvelopeException">KekReferenceInvalid.</exception>
    public AuditVerification(KekReference? kek, KekSessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var wanted = kek ?? AuditSettings.ChainKek();
        _keys = new AuditKeys(wanted, AuditSettings.OwnSession(options, wanted));
    }

    internal AuditVerification(AuditKeys keys) => _keys = keys;

    /// <summary>
    /// The head that the log is known to have had, base64url: the hash of line <see cref="ExpectedCount"/>, or of
    /// any line; null when none is.
    /// </summary>
    public string? ExpectedHead { get; init; }

    /// <summary>The lines that the log is known to have had; it may have more by now. Null when that is not known.</summary>
    public long? ExpectedCount { get; init; }

    /// <summary>Verifies a log.</summary>
    /// <exception cref="EnvelopeException">
    /// The log is not there or cannot be read; why the KEK of its chain does not open it; AuditLogUnusable for a chain under another KEK,
    /// or a plain one, where one is wanted.
    /// </exception>
    public async Task<AuditVerdict> VerifyAsync(string log, CancellationToken cancellationToken)
    {
        log = Path.GetFullPath(log);
        try
        {
            using var files = AuditFileSet.Open(log);
            var state = new AuditProgress(log, files.Paths, ExpectedHead, ExpectedCount);
            for (var i = 0; i < files.Paths.Count && state.Fault is null; i++)
            {
                using var file = files.OpenFile(i);
                await VerifyFileAsync(file, files.Paths[i], isLast: i == files.Paths.Count - 1, state, cancellationToken);
            }
            if (state.Fault is null)
                RequireExpected(state);
            return state.ToVerdict();
        }
        catch (Exception failure) when (DiskFailure.IsKnown(failure))
        {
            throw DiskFailure.WhileReading(log, failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _keys.Dispose();

    private async Task VerifyFileAsync(
        SafeFileHandle file, string path, bool isLast, AuditProgress state, CancellationToken cancellationToken)
    {
        var lines = new AuditLineReader(file);
        for (var looks = 1; lines.Read() && state.Fault is null;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!lines.EndsWithNewline && !lines.IsTooLong)
            {
                if (isLast && looks++ < Looks)
                {
                    // Somebody may be writing it at this moment.
                    lines.PutBack();
                    await Task.Delay(WhileWritten, cancellationToken);
                    continue;
                }
                state.Fail(
                    AuditFault.Torn, path, lines.Line, "it ends in half a line: a process died while it wrote, or the end was cut off");
                return;
            }
            looks = 1;
            AuditLine? line = null;
            if (!lines.IsTooLong && TryParse(lines.Text, out line) && lines.Line == 1 && line.Header is not null)
                await BeginAsync(line.Header, path, state, cancellationToken);
            Check(lines, line, file, path, state);
        }
        if (state.Fault is not null)
            return;
        if (lines.Line == 0 && isLast && state.Count == 0)
            state.Fail(AuditFault.Changed, path, line: null, "it is empty");
        else if (path != state.Log)
            RequireEnd(path, state);
    }

    // A closed file's name tells its last line.
    private static void RequireEnd(string path, AuditProgress state)
    {
        var due = AuditFiles.CountOf(path);
        if (state.Count < due)
            state.Fail(AuditFault.Removed, path, line: null, $"it ends with line {state.Count}, and by its name with line {due}");
        else if (state.Count > due)
        {
            state.Fail(
                AuditFault.Foreign,
                path,
                line: null,
                $"it ends with line {state.Count}, and by its name with line {due}: the name is not its own");
        }
    }

    private async Task BeginAsync(AuditHeader header, string path, AuditProgress state, CancellationToken cancellationToken)
    {
        if (state.Header is { } known && !known.Log.AsSpan().SequenceEqual(header.Log))
        {
            state.Fail(AuditFault.Foreign, path, 1, "it begins another log");
            return;
        }
        state.Begin(header, await _keys.OpenAsync(header, path, cancellationToken));
    }

    private static void Check(AuditLineReader lines, AuditLine? line, SafeFileHandle file, string path, AuditProgress state)
    {
        if (state.Fault is not null)
            return;
        if (line is null)
            state.Fail(AuditFault.Changed, path, lines.Line, "it is not a line that this program writes");
        else if (lines.Line == 1 != line.Header is not null)
        {
            var why = lines.Line == 1
                ? "the file does not begin as a file of an audit log does"
                : "the beginning of a file stands in the middle of one";
            state.Fail(AuditFault.Foreign, path, lines.Line, why);
        }
        else if (!state.Chain.IsWhole(lines.Text, line))
            state.Fail(AuditFault.Changed, path, lines.Line, "its hash is not that of what it says");
        else if (!state.IsFirst && !state.Chain.IsNext(line))
            FailOrder(line, lines.Line, file, path, state);
        else if (line.Header is { } header && !Continues(header, line.Number - 1))
            state.Fail(AuditFault.Foreign, path, lines.Line, "the file before it, of which it tells, does not end with the line before it");
        else
            state.Accept(line);
    }

    private static bool Continues(AuditHeader header, long count) =>
        count == 0 ? header.Continues is null : header.Continues is { } name && AuditFiles.IsClosedName(name, count);

    private static void FailOrder(AuditLine line, long at, SafeFileHandle file, string path, AuditProgress state)
    {
        var due = state.Count + 1;
        if (line.Number < due)
            state.Fail(AuditFault.Reordered, path, at, $"it has the number {line.Number}, which was there before; {due} is due");
        else if (line.Number == due)
        {
            state.Fail(
                AuditFault.Foreign, path, at, "it does not follow the line before it: one of them is of another log, or was written again");
        }
        else if (StandsLater(due, at, file))
            state.Fail(AuditFault.Reordered, path, at, $"it has the number {line.Number}, and {due}, which is due here, stands after it");
        else
        {
            var missing = due == line.Number - 1
                ? $"line {due}, which is due before it, is missing"
                : $"lines {due} to {line.Number - 1}, which are due before it, are missing";
            state.Fail(AuditFault.Removed, path, at, missing);
        }
    }

    // Once, for the word alone: removed or moved.
    private static bool StandsLater(long number, long after, SafeFileHandle file)
    {
        var lines = new AuditLineReader(file);
        while (lines.Read())
        {
            if (lines.Line > after && lines.EndsWithNewline && TryParse(lines.Text, out var line) && line.Number == number)
                return true;
        }
        return false;
    }

    private void RequireExpected(AuditProgress state)
    {
        if (ExpectedCount is { } count && state.Count < count)
            state.Fail(AuditFault.CutOff, path: null, line: null, $"it has {state.Count} lines, and is known to have had {count}");
        else if (ExpectedHead is not null && !state.HadExpectedHead)
        {
            state.Fail(
                AuditFault.CutOff,
                path: null,
                line: null,
                "it does not hold the head that it is known to have had: its end was cut off, or it was written again");
        }
    }

    private static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out AuditLine? line)
    {
        try
        {
            line = AuditLine.Parse(text);
            return true;
        }
        catch (EnvelopeException)
        {
            line = null;
            return false;
        }
    }
}
