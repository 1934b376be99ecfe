using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>Encrypts files, each under a data key of its own unless told otherwise. Serves any number of files of one run.</summary>
public sealed partial class ProtectOperation
{
    private readonly KekSession _session;
    private readonly ProtectOptions _options;
    private readonly TimeProvider _time;
    private readonly FileSystem _files;
    private readonly SourceRemoval _removal;
    private readonly EnvelopeLock _lock;
    private readonly ExistingOutput _existing;
    private readonly OtherKeks _otherKeks;
    private readonly CaseCollision _collision;
    private readonly object _gate = new();
    private readonly CopyWorkers _workers = new();
    private IReadOnlyList<IKek>? _keks;
    private DataKeyPool? _pool;

    /// <summary>An operation on this machine's file system.</summary>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="EnvelopeException">ContextMismatch: the data key that is given was made for another encryption context.</exception>
    public ProtectOperation(KekSession session, ProtectOptions options)
        : this(session, options, TimeProvider.System, FileSystem.Default)
    {
    }

    internal ProtectOperation(KekSession session, ProtectOptions options, TimeProvider time, FileSystem files)
    {
        ArgumentNullException.ThrowIfNull(options);
        _session = session;
        _options = Validate(options);
        _time = time;
        _files = files;
        _lock = new EnvelopeLock(files, time);
        _collision = new CaseCollision(files);
        _existing = new ExistingOutput(files, time, mayTry: !options.WhatIf);
        _removal = new SourceRemoval(session, files, _workers, _lock);
        _otherKeks = new OtherKeks(session, options, files);
    }

    /// <summary>Opens the KEKs now instead of with the first file; a preview only looks whether they are there.</summary>
    /// <exception cref="EnvelopeException">Why a KEK cannot be used.</exception>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        if (_options.WhatIf)
            await _session.PreviewAsync(_options.Keks, cancellationToken);
        else
            _keks ??= await _session.OpenAsync(_options.Keks, cancellationToken);
    }

    /// <summary>Encrypts one file into another, which appears whole or not at all.</summary>
    /// <exception cref="EnvelopeException">Names the file and what went wrong; nothing was written.</exception>
    public Task<FileResult> ProtectFileAsync(
        string source, string destination, Action<int>? progress, CancellationToken cancellationToken) =>
        ProtectFileAsync(new FilePlace(source), new FilePlace(destination), progress, cancellationToken);

    internal Task<FileResult> ProtectFileAsync(
        FilePlace source, FilePlace destination, Action<int>? progress, CancellationToken cancellationToken) =>
        FileTelemetry.WorkAsync(
            "protect",
            source.Path,
            () => ProtectFileCoreAsync(source, destination, progress, cancellationToken),
            result => result.Status == FileOutcome.Protected ? result.Length : null);

    private async Task<FileResult> ProtectFileCoreAsync(
        FilePlace source, FilePlace destination, Action<int>? progress, CancellationToken cancellationToken)
    {
        try
        {
            using var input = SourceFile.Open(_files, source);
            var target = destination.InOpenFolder(_files, out var opened);
            using var folder = opened;
            input.RequireOther(target);
            if (!_options.AllowNested && input.IsEnvelope())
                return new FileResult { Status = FileOutcome.Skipped, SourcePath = source.Path, Reason = "already an envelope" };

            if (_options is { Update: true, Force: false })
                _collision.RequireOwn(source, target, EnvelopeName.SourceOf);
            if (_options.RemoveSource && !_options.WhatIf)
                _removal.Claim(source.Path, target);
            FileStatus? looked = null;
            if (_options is { Update: true, Force: false } && _existing.IsEnvelopeOf(input.Status, target, _options.RemoveSource, out looked))
            {
                var unchanged = await _otherKeks.TellAsync(
                    Unchanged(source.Path, destination, input.Status.Length), destination, _keks, cancellationToken);
                return await RemoveAsync(unchanged, input, destination, held: null, progress, cancellationToken);
            }

            if (_options.WhatIf)
                return Preview(source.Path, destination, input.Status);

            // An output that may not be replaced is known before any KEK is asked.
            using var output = OutputFile.Create(_files, target, MayReplace, input.Status);
            var metadata = _options.NoMetadata ? null : MetadataOf(input);
            var (header, length) = await ProtectAsync(
                input.Stream, output, input.Status.Length, metadata, source.Path, input.Watch(progress), cancellationToken);
            input.RequireUnchanged(length);
            // Another run can have put the envelope of a newer source there meanwhile, and removed that one: so both are looked at again.
            var isTooLate = false;
            var release = new EnvelopeLock.Release(
                input.Status.Modified,
                input.Status.Mode,
                Flush: _options.RemoveSource,
                AlwaysLocked: _options.RemoveSource,
                () =>
                {
                    input.RequireUnchanged(length);
                    isTooLate = _options is { Update: true, Force: false } && IsOfNewerSource(output, destination, looked, input.Status);
                    if (isTooLate)
                        throw new EnvelopeException(EnvelopeError.DestinationExists, "another run wrote it meanwhile.");
                });
            FileLock? held;
            try
            {
                held = await _lock.PublishAsync(output, destination, release, cancellationToken);
            }
            catch (EnvelopeException) when (isTooLate)
            {
                return Unchanged(source.Path, destination, input.Status.Length) with
                {
                    Reason = "another run wrote the envelope of this source, or of a newer one, meanwhile",
                };
            }
            using var mine = held;
            output.Dispose(); // it is read back by its name
            return await RemoveAsync(
                Result(source.Path, destination.FullPath, header, length) with { Reason = output.NotKept }, input, destination, mine,
                progress, cancellationToken);
        }
        catch (Exception failure) when (DiskFailure.IsKnown(failure))
        {
            throw DiskFailure.WhileReading(source.Path, failure);
        }
    }

    private async Task<(EnvelopeHeader Header, long Length)> ProtectAsync(
        Stream input,
        Stream output,
        long? inputLength,
        FileMetadata? metadata,
        string? path,
        Action<int>? progress,
        CancellationToken cancellationToken,
        Action<long>? beforeEnd = null)
    {
        using var key = await KeyAsync(inputLength, path, cancellationToken);
        var content = new EnvelopeContent(EnvelopeType.File, _options.Context, metadata, input, inputLength) { BeforeEnd = beforeEnd };
        return new EnvelopeWriter(_time, _workers).Write(content, key, output, progress, cancellationToken);
    }

    // An update replaces the envelope that it looked at. One that took its place stays, unless this source is newer than that one's.
    private bool IsOfNewerSource(OutputFile output, FilePlace destination, FileStatus? looked, FileStatus source) =>
        _files.Status(output.Folder, destination.Name, destination.FollowsLink) is { } now
        && (looked is not { } before || !now.IsUnchangedSince(before))
        && !source.Modified.IsNewerThan(now.Modified);

    private FileMetadata MetadataOf(SourceFile input) =>
        FileMetadata.Of(input.Place.Name, input.Status, _files.Attributes(input.Folder, input.Place.Name));

    private async ValueTask<EnvelopeKey> KeyAsync(long? length, string? path, CancellationToken cancellationToken)
    {
        if (_options.DataKey is { } given)
            return EnvelopeKey.Of(given);
        var keks = _keks ??= await _session.OpenAsync(_options.Keks, cancellationToken);
        return _options.FilesPerDataKey == 1
            ? await EnvelopeKey.GenerateAsync(_session, keks, new KeySubject(_options.Context, path), cancellationToken)
            : await Pool(keks).TakeAsync(length, path, cancellationToken);
    }

    private DataKeyPool Pool(IReadOnlyList<IKek> keks)
    {
        lock (_gate)
            return _pool ??= _session.OpenPool(keks, _options.Context, _options.FilesPerDataKey, _time);
    }

    // With the source gone, an envelope that holds something else may be the only copy of it.
    private bool MayReplace => _options.Force || (_options.Update && !_options.RemoveSource);

    private async Task<FileResult> RemoveAsync(
        FileResult result,
        SourceFile input,
        FilePlace destination,
        FileLock? held,
        Action<int>? progress,
        CancellationToken cancellationToken)
    {
        if (!_options.RemoveSource || _options.WhatIf)
            return result;
        IReadOnlyList<string> named = _options.DataKey is { } given
            ? [.. given.Recipients.Select(recipient => recipient.Kek)]
            : [.. (_keks ??= await _session.OpenAsync(_options.Keks, cancellationToken)).Select(kek => kek.Reference)];
        await _removal.RemovePlaintextAsync(input, destination, held, named, progress, cancellationToken);
        return result with { SourceRemoved = true };
    }

    private static ProtectOptions Validate(ProtectOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FilesPerDataKey, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.FilesPerDataKey, DataKeyPool.MaxFiles, nameof(options));
        if (options.DataKey is not { } given)
            return options;
        if (options.FilesPerDataKey > 1 || options.Keks.Count > 0)
        {
            throw new ArgumentException(
                "A data key that is given has its recipients; it does not go with KEKs or a number of files for each data key.",
                nameof(options));
        }
        // The recipients are bound to the context that they were made in; the file would open for no one.
        return given.Context.Bytes.SequenceEqual(options.Context.Bytes) ? options : throw new EnvelopeException(
            EnvelopeError.ContextMismatch,
            $"the data key was made for the encryption context ({Show(given.Context)}), and the files are to have "
            + $"({Show(options.Context)}); give the same.");
    }

    private static string Show(EncryptionContext context) => context.Count == 0 ? "none" : context.ToString();

    private FileResult Preview(string source, FilePlace destination, FileStatus status)
    {
        OutputFile.RequireFree(_files, destination, MayReplace, status);
        return new FileResult
        {
            Status = FileOutcome.Protected,
            SourcePath = source,
            FullName = destination.FullPath,
            Length = status.Length,
            Kek = _options.DataKey is { } given
                ? [.. given.Recipients.Select(recipient => recipient.Kek)]
                : [.. _options.Keks.Select(kek => kek.ToString())],
            SharedDataKey = _options.DataKey is not null,
            WhatIf = true,
            Replaces = _files.StatusOf(destination) is not null,
        };
    }

    private FileResult Unchanged(string source, FilePlace destination, long length) => new()
    {
        Status = FileOutcome.Unchanged,
        SourcePath = source,
        FullName = destination.FullPath,
        Length = length,
        WhatIf = _options.WhatIf,
    };

    private static FileResult Result(string source, string? fullName, EnvelopeHeader header, long length) => new()
    {
        Status = FileOutcome.Protected,
        SourcePath = source,
        FullName = fullName,
        Length = length,
        Kek = [.. header.Recipients.Select(recipient => recipient.Kek)],
        PostQuantum = header.Recipients.All(recipient => recipient.IsPostQuantum),
        SharedDataKey = header.Protected.Batch is not null,
    };
}
