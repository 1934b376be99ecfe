using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>Decrypts envelopes. No byte that was not authenticated reaches a final name. Serves any number of files of one run.</summary>
public sealed class UnprotectOperation
{
    private readonly KekSession _session;
    private readonly UnprotectOptions _options;
    private readonly FileSystem _files;
    private readonly CopyWorkers _workers = new();
    private readonly SourceRemoval _removal;
    private readonly ExistingOutput _existing;
    private readonly CaseCollision _collision;

    /// <summary>An operation on this machine's file system.</summary>
    public UnprotectOperation(KekSession session, UnprotectOptions options)
        : this(session, options, FileSystem.Default)
    {
    }

    internal UnprotectOperation(KekSession session, UnprotectOptions options, FileSystem files)
    {
        _session = session;
        _options = options;
        _files = files;
        _collision = new CaseCollision(files);
        _existing = new ExistingOutput(files, TimeProvider.System, mayTry: !options.WhatIf);
        _removal = new SourceRemoval(session, files, _workers, new EnvelopeLock(files, TimeProvider.System));
    }

    /// <summary>Decrypts one envelope into a file, which appears whole or not at all, with its sealed time and mode.</summary>
    /// <param name="source">The envelope.</param>
    /// <param name="destination">
    /// The output; with <see cref="UnprotectOptions.RestoreName"/> its name is replaced by the sealed one.
    /// </param>
    /// <param name="progress">Is told how many bytes more are done.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left then.</param>
    /// <param name="claim">Is told the output's path when only the sealed name decides it; throws when another input has it.</param>
    /// <exception cref="EnvelopeException">Names the file and what went wrong; nothing was written.</exception>
    public Task<FileResult> UnprotectFileAsync(
        string source, string destination, Action<int>? progress, CancellationToken cancellationToken, Action<string>? claim = null) =>
        UnprotectFileAsync(new FilePlace(source), new FilePlace(destination), progress, cancellationToken, claim);

    /// <param name="source">The envelope.</param>
    /// <param name="destination">The output.</param>
    /// <param name="progress">Is told how many bytes more are done.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left then.</param>
    /// <param name="claim">Is told the output's path when only the sealed name decides it.</param>
    /// <param name="bySealedName">Whether this output gets its sealed name, whatever the options say of all.</param>
    internal Task<FileResult> UnprotectFileAsync(
        FilePlace source,
        FilePlace destination,
        Action<int>? progress,
        CancellationToken cancellationToken,
        Action<string>? claim = null,
        bool bySealedName = false) =>
        FileTelemetry.WorkAsync(
            "unprotect",
            source.Path,
            () => UnprotectFileCoreAsync(source, destination, progress, claim, bySealedName || _options.RestoreName, cancellationToken),
            result => result.Status == FileOutcome.Unprotected ? result.Length : null);

    private async Task<FileResult> UnprotectFileCoreAsync(
        FilePlace source, FilePlace destination, Action<int>? progress, Action<string>? claim, bool bySealedName,
        CancellationToken cancellationToken)
    {
        try
        {
            using var input = SourceFile.Open(_files, source);
            var target = destination.InOpenFolder(_files, out var opened);
            using var folder = opened;
            if (!bySealedName)
                RequireFree(input, target);
            if (_options is { Update: true, Force: false } && !bySealedName)
                _collision.RequireOwn(source, target, name => name + EnvelopeName.Extension);
            var header = await input.ReadHeaderAsync(cancellationToken);
            if (_options is { RemoveSource: true, WhatIf: false } && !bySealedName)
                _removal.Claim(source.Path, target);
            if (_options is { Update: true, Force: false } && !bySealedName
                && _existing.IsPlaintextOf(header, input.Status, target))
            {
                return await RemoveAsync(
                    Unchanged(input, destination, header),
                    input,
                    destination,
                    progress,
                    cancellationToken);
            }
            if (_options.WhatIf)
                return Preview(source.Path, destination, header, bySealedName);
            using var envelope = await OpenAsync(input.Stream, header, source.Path, cancellationToken);
            var path = bySealedName ? RestoredPath(destination, envelope.Metadata) : destination;
            target = path.Beside(target) ?? path;
            if (bySealedName)
            {
                claim?.Invoke(path.Path);
                if (_options.RemoveSource)
                    _removal.Claim(source.Path, target);
                RequireFree(input, target);
                if (_options is { Update: true, Force: false })
                    _collision.RequireOwn(source, target, _ => null);
            }
            if (_options is { Update: true, Force: false }
                && ((bySealedName && _existing.IsPlaintextOf(header, input.Status, target)) || _existing.IsRestored(envelope, input.Status, target)))
            {
                return await RemoveAsync(Unchanged(input, path, header), input, path, progress, cancellationToken);
            }

            using var output = OutputFile.Create(_files, target, MayReplace, input.Status);
            ReserveFor(envelope, input.Status.Length - header.Layout.BodyOffset, output);
            var length = envelope.CopyTo(output, progress, cancellationToken, _workers);
            Publish(output, path.Name, envelope.Metadata);
            output.Dispose(); // it is read back by its name
            return await RemoveAsync(
                Result(source.Path, path.FullPath, envelope, length) with { Reason = output.NotKept }, input, path, progress,
                cancellationToken);
        }
        catch (Exception failure) when (DiskFailure.IsKnown(failure))
        {
            throw DiskFailure.WhileReading(source.Path, failure);
        }
    }

    /// <summary>Decrypts one envelope into a pipe. What the other end got is only good when this returns.</summary>
    public Task<FileResult> UnprotectFileToStreamAsync(
        string source, Stream output, Action<int>? progress, CancellationToken cancellationToken) =>
        UnprotectFileToStreamAsync(new FilePlace(source), output, progress, cancellationToken);

    internal async Task<FileResult> UnprotectFileToStreamAsync(
        FilePlace place, Stream output, Action<int>? progress, CancellationToken cancellationToken)
    {
        var source = place.Path;
        try
        {
            using var input = SourceFile.Open(_files, place);
            if (_options.VerifyFirst)
            {
                using var proof = await OpenAsync(input.Stream, await input.ReadHeaderAsync(cancellationToken), source, cancellationToken);
                proof.CopyTo(output: null, progress, cancellationToken, _workers);
                input.Stream.Position = 0;
            }
            using var envelope = await OpenAsync(input.Stream, await input.ReadHeaderAsync(cancellationToken), source, cancellationToken);
            var length = envelope.CopyTo(output, progress, cancellationToken, _workers);
            await output.FlushAsync(cancellationToken);
            return Result(source, fullName: null, envelope, length);
        }
        catch (Exception failure) when (DiskFailure.IsKnown(failure))
        {
            // Standard output has errors of its own, so it was the source.
            throw DiskFailure.WhileReading(source, failure);
        }
    }

    /// <summary>Decrypts a pipe into a pipe. What the other end got is only good when this returns.</summary>
    public async Task<FileResult> UnprotectStreamAsync(
        Stream input, Stream output, Action<int>? progress, CancellationToken cancellationToken)
    {
        using var envelope = await OpenAsync(input, EnvelopeHeader.Read(input), path: null, cancellationToken);
        var length = envelope.CopyTo(output, progress, cancellationToken, _workers);
        await output.FlushAsync(cancellationToken);
        return Result("-", fullName: null, envelope, length);
    }

    /// <summary>Decrypts a pipe into a file, which appears whole or not at all, with its sealed time and mode.</summary>
    public async Task<FileResult> UnprotectStreamToFileAsync(
        Stream input, string destination, Action<int>? progress, CancellationToken cancellationToken)
    {
        using var envelope = await OpenAsync(input, EnvelopeHeader.Read(input), path: null, cancellationToken);
        var path = _options.RestoreName ? RestoredPath(destination, envelope.Metadata) : destination;
        using var output = OutputFile.Create(_files, path, _options.Force);
        var length = envelope.CopyTo(output, progress, cancellationToken, _workers);
        Publish(output, path.Name, envelope.Metadata);
        return Result("-", path.FullPath, envelope, length) with { Reason = output.NotKept };
    }

    // With its envelope gone, plaintext that is there may be the only copy of what it holds.
    private bool MayReplace => _options.Force || (_options.Update && !_options.RemoveSource);

    private async Task<FileResult> RemoveAsync(
        FileResult result, SourceFile input, FilePlace output, Action<int>? progress, CancellationToken cancellationToken)
    {
        if (!_options.RemoveSource || _options.WhatIf)
            return result;
        await _removal.RemoveEnvelopeAsync(input, output, _options.RequiredContext, progress, cancellationToken);
        return result with { SourceRemoved = true };
    }

    private ValueTask<OpenedEnvelope> OpenAsync(Stream input, EnvelopeHeader header, string? path, CancellationToken cancellationToken) =>
        OpenedEnvelope.OpenAsync(input, header, EnvelopeType.File, _options.RequiredContext, _session, path, cancellationToken);

    // Known before any KEK is asked; OutputFile looks again when it gives the name.
    private void RequireFree(SourceFile input, FilePlace destination)
    {
        input.RequireOther(destination);
        OutputFile.RequireFree(_files, destination, MayReplace || _options.Update, input.Status);
    }

    // What does not prove its length takes no room beforehand: its damage is found at the first chunk that does not hold.
    private static void ReserveFor(OpenedEnvelope envelope, long messageLength, OutputFile output)
    {
        var length = Cobblestone.PlaintextLength(messageLength);
        if (length < 0)
            throw new EnvelopeException(EnvelopeError.BodyTruncated, "the body is cut off: no whole envelope has this length.");
        if (length >= EnvelopeWriter.TwoSlotLength && envelope.ProvesLength())
            output.Reserve(length);
    }

    private static FilePlace RestoredPath(FilePlace destination, FileMetadata? metadata) => metadata?.Name is { } name
        ? destination with { Path = Path.Combine(Path.GetDirectoryName(destination.Path) ?? "", name) }
        : throw new EnvelopeException(EnvelopeError.DestinationRequired, "no name is sealed in it.");

    // Without a sealed mode the plaintext is the owner's alone.
    private void Publish(OutputFile output, string name, FileMetadata? metadata)
    {
        output.Publish(metadata?.Modified, metadata?.Mode, flush: _options.RemoveSource);
        if (metadata?.WindowsAttributes is { } attributes)
            _files.SetAttributes(output.Folder, name, attributes);
    }

    private FileResult Preview(string source, FilePlace destination, EnvelopeHeader header, bool bySealedName)
    {
        var replaces = !bySealedName && _files.StatusOf(destination) is not null;
        if (replaces)
            OutputFile.RequireFree(_files, destination, MayReplace);
        return Result(FileOutcome.Unprotected, source, destination, header) with { WhatIf = true, Replaces = replaces };
    }

    private FileResult Unchanged(SourceFile input, FilePlace output, EnvelopeHeader header) =>
        Result(FileOutcome.Unchanged, input.Path, output, header) with
        {
            Length = Cobblestone.PlaintextLength(input.Status.Length - header.Layout.BodyOffset),
            WhatIf = _options.WhatIf,
        };

    private static FileResult Result(FileOutcome status, string source, FilePlace destination, EnvelopeHeader header) => new()
    {
        Status = status,
        SourcePath = source,
        FullName = destination.FullPath,
        Kek = [.. header.Recipients.Select(recipient => recipient.Kek)],
        PostQuantum = header.Recipients.All(recipient => recipient.IsPostQuantum),
    };

    private static FileResult Result(string source, string? fullName, OpenedEnvelope envelope, long length) => new()
    {
        Status = FileOutcome.Unprotected,
        SourcePath = source,
        FullName = fullName,
        Length = length,
        Kek = [.. envelope.Header.Recipients.Select(recipient => recipient.Kek)],
        PostQuantum = envelope.Header.Recipients.All(recipient => recipient.IsPostQuantum),
        OpenedBy = envelope.OpenedBy,
        SharedDataKey = envelope.Header.Protected.Batch is not null,
    };
}
