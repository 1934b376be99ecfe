using System.Security.Cryptography;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>Encrypts files, each under a data key of its own. Serves any number of files of one run.</summary>
public sealed class ProtectOperation
{
    /// <summary>From this length on an envelope has two slots, and its recipients can be replaced in place.</summary>
    internal const long TwoSlotLength = 1024 * 1024;

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

            // An output that may not be replaced is known before any KEK is asked.
            using var output = OutputFile.Create(_files, destination, _options.Force);
            var metadata = _options.NoMetadata ? null : FileMetadata.Of(source, input.Status);
            var (header, length) = await ProtectAsync(input.Stream, output, input.Status.Length, metadata, source, progress, cancellationToken);
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
        var (dataKey, recipients) = await _session.GenerateAsync(keks, _options.Context, path, cancellationToken);
        using (dataKey)
        {
            var protectedHeader = new ProtectedHeader
            {
                Type = EnvelopeType.File,
                Context = _options.Context,
                IssuedAt = _time.GetUtcNow().ToUnixTimeSeconds(),
                Metadata = metadata?.Seal(dataKey, RandomNumberGenerator.Fill),
            };
            var header = EnvelopeHeader.Create(protectedHeader, recipients, slotCount: inputLength is < TwoSlotLength ? 1 : 2);
            if (inputLength is >= TwoSlotLength and <= Cobblestone.MaxPlaintextLength && output is OutputFile file)
                file.Reserve(header.Layout.BodyOffset + Cobblestone.MessageLength(inputLength.Value));

            output.Write(header.Bytes.Span);
            using var body = new CobblestoneWriter(output, dataKey.Span, header.BodyContext, RandomNumberGenerator.Fill);
            body.WriteFrom(input, inputLength ?? -1, progress, cancellationToken);
            body.Complete();
            return (header, body.PlaintextLength);
        }
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
