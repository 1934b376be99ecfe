using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>Encrypts files, each under a data key of its own. Serves any number of files of one run.</summary>
public sealed class ProtectOperation
{
    private readonly KekSession _session;
    private readonly ProtectOptions _options;
    private readonly TimeProvider _time;
    private readonly FileSystem _files;
    private IReadOnlyList<IKek>? _keks;

    /// <summary>An operation on this machine's file system.</summary>
    public ProtectOperation(KekSession session, ProtectOptions options)
        : this(session, options, TimeProvider.System, FileSystem.Default)
    {
    }

    internal ProtectOperation(KekSession session, ProtectOptions options, TimeProvider time, FileSystem files)
    {
        _session = session;
        _options = options;
        _time = time;
        _files = files;
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
    public async Task<FileResult> ProtectFileAsync(string source, string destination, Action<int>? progress, CancellationToken cancellationToken)
    {
        try
        {
            using var input = SourceFile.Open(_files, source);
            input.RequireOther(destination);
            if (!_options.AllowNested && input.IsEnvelope())
                return new FileResult { Status = FileOutcome.Skipped, SourcePath = source, Reason = "it is an envelope already" };

            if (_options.Update && ExistingOutput.IsEnvelopeOf(input.Status, destination))
                return new FileResult { Status = FileOutcome.Unchanged, SourcePath = source, FullName = Path.GetFullPath(destination), Length = input.Status.Length };

            if (_options.WhatIf)
                return Preview(source, destination, input.Status.Length);

            // An output that may not be replaced is known before any KEK is asked.
            using var output = OutputFile.Create(_files, destination, _options.Force || _options.Update);
            var metadata = _options.NoMetadata ? null : FileMetadata.Of(source, input.Status);
            var (header, length) = await ProtectAsync(input.Stream, output, input.Status.Length, metadata, source, input.Watch(progress), cancellationToken);
            input.RequireUnchanged(length);
            output.Publish(input.Status.Modified, input.Status.Mode, flush: false);
            return Result(source, Path.GetFullPath(destination), header, length);
        }
        catch (EnvelopeException failure)
        {
            throw failure.About(source);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Reading(source, failure);
        }
    }

    /// <summary>Encrypts one file into a pipe. What the other end got is only good when this returns.</summary>
    /// <exception cref="EnvelopeException">Names the file and what went wrong.</exception>
    public async Task<FileResult> ProtectFileToStreamAsync(string source, Stream output, Action<int>? progress, CancellationToken cancellationToken)
    {
        try
        {
            using var input = SourceFile.Open(_files, source);
            if (!_options.AllowNested && input.IsEnvelope())
                throw new EnvelopeException(EnvelopeError.AlreadyAnEnvelope, "it is an envelope already; --allow-nested encrypts it once more.");
            var metadata = _options.NoMetadata ? null : FileMetadata.Of(source, input.Status);
            var (header, length) = await ProtectAsync(input.Stream, output, input.Status.Length, metadata, source, input.Watch(progress), cancellationToken);
            input.RequireUnchanged(length);
            await output.FlushAsync(cancellationToken);
            return Result(source, fullName: null, header, length);
        }
        catch (EnvelopeException failure)
        {
            throw failure.About(source);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            // Standard output has errors of its own, so it was the source.
            throw DiskFailure.Reading(source, failure);
        }
    }

    /// <summary>Encrypts a pipe of unknown length. What the other end got is only good when this returns.</summary>
    public async Task<FileResult> ProtectStreamAsync(Stream input, Stream output, Action<int>? progress, CancellationToken cancellationToken)
    {
        var (header, length) = await ProtectAsync(input, output, inputLength: null, metadata: null, path: null, progress, cancellationToken);
        await output.FlushAsync(cancellationToken);
        return Result("-", fullName: null, header, length);
    }

    /// <summary>Encrypts a pipe into a file, which appears whole or not at all.</summary>
    public async Task<FileResult> ProtectStreamToFileAsync(Stream input, string destination, Action<int>? progress, CancellationToken cancellationToken)
    {
        try
        {
            using var output = OutputFile.Create(_files, destination, _options.Force);
            var (header, length) = await ProtectAsync(input, output, inputLength: null, metadata: null, path: null, progress, cancellationToken);
            output.Publish(modified: null, mode: null, flush: false);
            return Result("-", Path.GetFullPath(destination), header, length);
        }
        catch (EnvelopeException failure)
        {
            throw failure.About(destination);
        }
    }

    private async Task<(EnvelopeHeader Header, long Length)> ProtectAsync(
        Stream input, Stream output, long? inputLength, FileMetadata? metadata, string? path, Action<int>? progress, CancellationToken cancellationToken)
    {
        var keks = _keks ??= await _session.OpenAsync(_options.Keks, cancellationToken);
        var content = new EnvelopeContent(EnvelopeType.File, _options.Context, metadata, input, inputLength);
        return await new EnvelopeWriter(_session, _time).WriteAsync(content, keks, output, path, progress, cancellationToken);
    }

    private FileResult Preview(string source, string destination, long length)
    {
        if (!_options.Force && !_options.Update && Path.Exists(destination))
            throw OutputFile.Exists(destination);
        return new FileResult
        {
            Status = FileOutcome.Protected,
            SourcePath = source,
            FullName = Path.GetFullPath(destination),
            Length = length,
            Kek = [.. _options.Keks.Select(kek => kek.ToString())],
            WhatIf = true,
            Replaces = Path.Exists(destination),
        };
    }

    private static FileResult Result(string source, string? fullName, EnvelopeHeader header, long length) => new()
    {
        Status = FileOutcome.Protected,
        SourcePath = source,
        FullName = fullName,
        Length = length,
        Kek = [.. header.Recipients.Select(recipient => recipient.Kek)],
    };
}
