using EnvelopeCrypto.Disk;

namespace EnvelopeCrypto.Files;

/// <content>From and into pipes.</content>
public sealed partial class ProtectOperation
{
    /// <summary>Encrypts one file into a pipe. What the other end got is only good when this returns.</summary>
    /// <exception cref="EnvelopeException">Names the file and what went wrong.</exception>
    public Task<FileResult> ProtectFileToStreamAsync(
        string source, Stream output, Action<int>? progress, CancellationToken cancellationToken) =>
        ProtectFileToStreamAsync(new FilePlace(source), output, progress, cancellationToken);

    internal async Task<FileResult> ProtectFileToStreamAsync(
        FilePlace place, Stream output, Action<int>? progress, CancellationToken cancellationToken)
    {
        var source = place.Path;
        try
        {
            using var input = SourceFile.Open(_files, place);
            if (!_options.AllowNested && input.IsEnvelope())
                throw new EnvelopeException(EnvelopeError.AlreadyAnEnvelope, "it is an envelope already.");
            var metadata = _options.NoMetadata ? null : MetadataOf(input);
            // What is in the pipe stays there: a source that changed must be known before the envelope is whole.
            var (header, length) = await ProtectAsync(
                input.Stream, output, input.Status.Length, metadata, source, input.Watch(progress), cancellationToken,
                input.RequireUnchanged);
            await output.FlushAsync(cancellationToken);
            return Result(source, fullName: null, header, length);
        }
        catch (Exception failure) when (DiskFailure.IsKnown(failure))
        {
            // Standard output has errors of its own, so it was the source.
            throw DiskFailure.WhileReading(source, failure);
        }
    }

    /// <summary>Encrypts a pipe of unknown length. What the other end got is only good when this returns.</summary>
    public async Task<FileResult> ProtectStreamAsync(
        Stream input, Stream output, Action<int>? progress, CancellationToken cancellationToken)
    {
        var (header, length) = await ProtectAsync(
            input, output, inputLength: null, metadata: null, path: null, progress, cancellationToken);
        await output.FlushAsync(cancellationToken);
        return Result("-", fullName: null, header, length);
    }

    /// <summary>Encrypts a pipe into a file, which appears whole or not at all.</summary>
    public async Task<FileResult> ProtectStreamToFileAsync(
        Stream input, string destination, Action<int>? progress, CancellationToken cancellationToken)
    {
        try
        {
            using var output = OutputFile.Create(_files, destination, _options.Force);
            var (header, length) = await ProtectAsync(
                input, output, inputLength: null, metadata: null, path: null, progress, cancellationToken);
            using var mine = await _lock.PublishAsync(output, destination, new EnvelopeLock.Release(), cancellationToken);
            return Result("-", Path.GetFullPath(destination), header, length);
        }
        catch (EnvelopeException failure)
        {
            throw failure.About(destination);
        }
    }
}
