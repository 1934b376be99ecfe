using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>Proves that envelopes decrypt, and writes nothing.</summary>
public sealed class VerifyOperation
{
    private readonly KekSession _session;
    private readonly VerifyOptions _options;
    private readonly FileSystem _files;

    /// <summary>An operation on this machine's file system.</summary>
    public VerifyOperation(KekSession session, VerifyOptions options)
    {
        _session = session;
        _options = options;
        _files = FileSystem.Default;
    }

    /// <summary>Decrypts a file to nowhere. A file that does not decrypt is a result, not an exception.</summary>
    public async Task<VerifyResult> VerifyFileAsync(string path, Action<int>? progress, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> keks = [];
        try
        {
            using var input = SourceFile.Open(_files, path);
            var header = await input.ReadHeaderAsync(cancellationToken);
            keks = KeksOf(header);
            return await VerifyAsync(input.Stream, header, path, progress, cancellationToken);
        }
        catch (EnvelopeException failure)
        {
            return Invalid(path, keks, failure);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            return Invalid(path, keks, DiskFailure.Reading(path, failure));
        }
    }

    /// <summary>The same for a pipe.</summary>
    public async Task<VerifyResult> VerifyStreamAsync(Stream input, Action<int>? progress, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> keks = [];
        try
        {
            var header = EnvelopeHeader.Read(input);
            keks = KeksOf(header);
            return await VerifyAsync(input, header, "-", progress, cancellationToken);
        }
        catch (EnvelopeException failure)
        {
            return Invalid("-", keks, failure);
        }
    }

    private async Task<VerifyResult> VerifyAsync(Stream input, EnvelopeHeader header, string path, Action<int>? progress, CancellationToken cancellationToken)
    {
        // An exported KEK can be verified like any other envelope: proving it shows nothing.
        using var envelope = await OpenedEnvelope.OpenAsync(input, header, header.Protected.Type, _options.RequiredContext, _session, path, cancellationToken);
        long? length = _options.HeaderOnly ? null : envelope.CopyTo(output: null, progress, cancellationToken);
        return new VerifyResult { SourcePath = path, Valid = true, Length = length, Kek = KeksOf(header), OpenedBy = envelope.OpenedBy };
    }

    private static string[] KeksOf(EnvelopeHeader header) => [.. header.Recipients.Select(recipient => recipient.Kek)];

    private static VerifyResult Invalid(string path, IReadOnlyList<string> keks, EnvelopeException failure) =>
        new() { SourcePath = path, Valid = false, Error = failure.Error, Reason = failure.Reason, Kek = keks };
}
