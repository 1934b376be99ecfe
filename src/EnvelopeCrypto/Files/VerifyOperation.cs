using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>Proves that envelopes decrypt, and writes nothing.</summary>
internal sealed class VerifyOperation
{
    private readonly KekSession _session;
    private readonly VerifyOptions _options;
    private readonly FileSystem _files;
    private readonly CopyWorkers _workers = new();
    private readonly (string Pattern, KekReference? Reference)[] _meant;
    private IReadOnlyList<string>? _only;

    /// <summary>An operation on this machine's file system.</summary>
    /// <exception cref="EnvelopeException">KekReferenceInvalid for a KEK that is neither reference nor pattern.</exception>
    public VerifyOperation(KekSession session, VerifyOptions options)
        : this(session, options, FileSystem.Default)
    {
    }

    internal VerifyOperation(KekSession session, VerifyOptions options, FileSystem files)
    {
        _session = session;
        _options = options;
        _files = files;
        _meant = [.. options.OnlyKeks.Select(entry => (entry, IsPattern(entry) ? null : KekReference.Parse(entry)))];
    }

    /// <summary>Resolves the KEKs that are meant now instead of with the first file.</summary>
    /// <exception cref="EnvelopeException">Why a reference cannot be resolved.</exception>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken) => _only ??= await PatternsAsync(cancellationToken);

    /// <summary>Decrypts a file to nowhere. A file that does not decrypt is a result, not an exception.</summary>
    /// <exception cref="EnvelopeException">
    /// NotTried alone: the KEKs that could open it failed before in this run, so nothing is known of the file.
    /// </exception>
    public Task<VerifyResult> VerifyFileAsync(string path, Action<int>? progress, CancellationToken cancellationToken) =>
        VerifyFileAsync(new FilePlace(path), progress, cancellationToken);

    internal Task<VerifyResult> VerifyFileAsync(FilePlace place, Action<int>? progress, CancellationToken cancellationToken) =>
        FileTelemetry.WorkAsync(
            "verify", place.Path, () => VerifyFileCoreAsync(place, progress, cancellationToken), result => result.Length,
            result => result.Error);

    private async Task<VerifyResult> VerifyFileCoreAsync(FilePlace place, Action<int>? progress, CancellationToken cancellationToken)
    {
        var path = place.Path;
        EnvelopeHeader? header = null;
        try
        {
            using var input = SourceFile.Open(_files, place);
            header = _meant.Length == 0 && !_options.OnlyPostQuantum
                ? await input.ReadHeaderAsync(cancellationToken)
                : await SettledHeader.ReadAsync(input, cancellationToken);
            return await VerifyAsync(input.Stream, header, path, progress, cancellationToken);
        }
        catch (EnvelopeException failure) when (failure.Error != EnvelopeError.NotTried)
        {
            return Invalid(path, header, failure);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            return Invalid(path, header, DiskFailure.Reading(path, failure));
        }
    }

    /// <summary>The same for a pipe.</summary>
    public async Task<VerifyResult> VerifyStreamAsync(Stream input, Action<int>? progress, CancellationToken cancellationToken)
    {
        EnvelopeHeader? header = null;
        try
        {
            header = EnvelopeHeader.Read(input);
            return await VerifyAsync(input, header, "-", progress, cancellationToken);
        }
        catch (EnvelopeException failure)
        {
            return Invalid("-", header, failure);
        }
    }

    private async Task<VerifyResult> VerifyAsync(
        Stream input, EnvelopeHeader header, string path, Action<int>? progress, CancellationToken cancellationToken)
    {
        await RequireOnlyAsync(header, cancellationToken);
        RequirePostQuantum(header);
        // An exported KEK can be verified like any other envelope: proving it shows nothing. One that an import could not read is not a
        // backup.
        using var envelope = await OpenedEnvelope.OpenAsync(
            input, header, header.Protected.Type, _options.RequiredContext, _session, path, cancellationToken);
        long? length = _options.HeaderOnly ? null : Prove(envelope, progress, cancellationToken);
        return new VerifyResult
        {
            SourcePath = path,
            Valid = true,
            Length = length,
            Kek = header.Keks,
            PostQuantum = IsPostQuantum(header),
            OpenedBy = envelope.OpenedBy,
        };
    }

    private long Prove(OpenedEnvelope envelope, Action<int>? progress, CancellationToken cancellationToken)
    {
        if (envelope.Header.Protected.Type != EnvelopeType.KekExport)
            return envelope.CopyTo(output: null, progress, cancellationToken, _workers);
        using var backup = KekExportOperation.Read(envelope, progress, out var length, cancellationToken);
        return length;
    }

    // Needs no key: who else could open the file is plain to see. Both slots count, as either can come to be read.
    private async ValueTask RequireOnlyAsync(EnvelopeHeader header, CancellationToken cancellationToken)
    {
        if (_meant.Length == 0)
            return;
        var only = _only ??= await PatternsAsync(cancellationToken);
        var others = header.Keks.Where(kek => !only.Any(pattern => KekPattern.Matches(pattern, kek))).Distinct(StringComparer.Ordinal)
            .ToArray();
        if (others.Length > 0)
        {
            throw new EnvelopeException(
                EnvelopeError.RecipientUnexpected,
                $"it can also be opened by {string.Join(", ", others)}, which is not among the KEKs that are meant.");
        }
        if (header.Difference is { } difference)
            throw difference;
    }

    private async ValueTask<IReadOnlyList<string>> PatternsAsync(CancellationToken cancellationToken)
    {
        var patterns = new List<string>();
        foreach (var (pattern, reference) in _meant)
            patterns.AddRange(reference is null ? [pattern] : await _session.IdentifyAllAsync(reference, cancellationToken));
        return patterns;
    }

    private static bool IsPattern(string entry) => entry.Contains('*', StringComparison.Ordinal);

    // Needs no key either. What a cut-off rewrap left behind is a way in like any other.
    private void RequirePostQuantum(EnvelopeHeader header)
    {
        if (!_options.OnlyPostQuantum)
            return;
        var others = header.EveryRecipient.Where(recipient => !recipient.IsPostQuantum).Select(recipient => recipient.Kek)
            .Distinct(StringComparer.Ordinal).ToArray();
        if (others.Length > 0)
        {
            throw new EnvelopeException(
                EnvelopeError.NotPostQuantum,
                $"it can also be opened by {string.Join(", ", others)}, which a quantum computer could take from what is stored now.");
        }
        if (header.Difference is { } difference)
            throw difference;
    }

    private static bool IsPostQuantum(EnvelopeHeader header) => header.EveryRecipient.All(recipient => recipient.IsPostQuantum);

    private static VerifyResult Invalid(string path, EnvelopeHeader? header, EnvelopeException failure) => new()
    {
        SourcePath = path,
        Valid = false,
        Error = failure.Error,
        Reason = failure.Reason,
        Kek = header?.Keks ?? [],
        PostQuantum = header is null ? null : IsPostQuantum(header),
    };
}
