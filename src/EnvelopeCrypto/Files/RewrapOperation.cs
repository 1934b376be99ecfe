using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>
/// Replaces the recipients of envelopes; the body stays as it is, unless a new data key is wanted. Old recipients go only after the new
/// ones were proven, and a crash at any moment leaves a file that opens. Serves any number of files of one run.
/// </summary>
public sealed class RewrapOperation
{
    /// <summary>
    /// How many envelopes are best rewrapped at once. Each waits for the disk, which flushes several in the time of one, or for a key
    /// service: more than there are processors.
    /// </summary>
    public static int UsefulWorkers { get; } = Math.Max(8, Environment.ProcessorCount);

    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    private readonly KekSession _session;
    private readonly RewrapOptions _options;
    private readonly TimeProvider _time;
    private readonly FileSystem _files;
    private readonly RecipientKeks _recipientKeks;
    private readonly DataKeyRotation _rotation;
    private RewrapRequest? _request;

    /// <summary>An operation on this machine's file system.</summary>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public RewrapOperation(KekSession session, RewrapOptions options)
        : this(session, options, TimeProvider.System, FileSystem.Default)
    {
    }

    internal RewrapOperation(KekSession session, RewrapOptions options, TimeProvider time, FileSystem files)
    {
        ArgumentNullException.ThrowIfNull(options);
        _session = session;
        _options = RewrapRequest.RequireSense(options);
        _time = time;
        _files = files;
        _recipientKeks = new RecipientKeks(session);
        _rotation = new DataKeyRotation(session, options.NoReadBack, _recipientKeks, new EnvelopeReplacement(files));
    }

    /// <summary>Opens the KEKs now instead of with the first file; a preview only looks whether they are there.</summary>
    /// <exception cref="EnvelopeException">Why a KEK cannot be used.</exception>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        if (_options.WhatIf)
            await _session.PreviewAsync([.. _options.NewKeks, .. _options.AddKeks], cancellationToken);
        else
            _request ??= await OpenRequestAsync(cancellationToken);
    }

    /// <summary>Rewraps one envelope, in place when it has two slots with room, else by writing it anew beside and renaming.</summary>
    /// <param name="path">The envelope.</param>
    /// <param name="cancellationToken">Stops the work; the file opens as before.</param>
    /// <param name="progress">Is told how many bytes more are done, when the body is encrypted anew.</param>
    /// <exception cref="EnvelopeException">Names the file and what went wrong; the file opens as before.</exception>
    public Task<FileResult> RewrapFileAsync(string path, CancellationToken cancellationToken, Action<int>? progress = null) =>
        FileTelemetry.WorkAsync("rewrap", path, () => RewrapFileCoreAsync(path, progress, cancellationToken), _ => null);

    private async Task<FileResult> RewrapFileCoreAsync(string path, Action<int>? progress, CancellationToken cancellationToken)
    {
        try
        {
            if (_options.WhatIf)
                return await PreviewAsync(path, cancellationToken);
            var request = _request ??= await OpenRequestAsync(cancellationToken);
            // Only what can be an envelope gets a lock file beside it.
            SourceFile.Open(_files, path).Dispose();
            // A link stays one, and whoever rewraps the file by another name meets the same lock.
            var file = FileStatus.PathBehind(path);
            using var mine = await LockAsync(file, cancellationToken);
            using var input = SourceFile.Open(_files, file);
            var header = await input.ReadHeaderAsync(cancellationToken);
            var plan = await request.PlanAsync(header.Recipients, cancellationToken);
            if (plan is null || (plan.ChangesNothing && !_options.RotateDataKey))
                return Finish(path, header, input, cancellationToken);

            var proposal = _options.RotateDataKey
                ? await _rotation.RotateAsync(plan, header, input, path, progress, cancellationToken)
                : await ReplaceAsync(plan, header, input, path, cancellationToken);
            return Result(FileOutcome.Rewrapped, path, header, input) with
            {
                Kek = [.. proposal.Recipients.Select(recipient => recipient.Kek)],
                Method = proposal.Method,
                Proof = proposal.Proof,
                OpenedBy = proposal.OpenedBy,
                RemovedKek = plan.RemovedKeks,
                SharedDataKey = header.Protected.Batch is not null && !_options.RotateDataKey,
            };
        }
        catch (EnvelopeException failure)
        {
            throw failure.About(path);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Writing(path, failure);
        }
    }

    private ValueTask<RewrapRequest> OpenRequestAsync(CancellationToken cancellationToken) =>
        RewrapRequest.OpenAsync(_session, _options, _recipientKeks, cancellationToken);

    private async ValueTask<RecipientMaker.Proposal> ReplaceAsync(
        RewrapPlan plan, EnvelopeHeader header, SourceFile input, string path, CancellationToken cancellationToken)
    {
        RequireSharingAccepted(header);
        var proposal = await new RecipientMaker(_session, _options.NoReadBack).MakeAsync(
            plan, header.Recipients, header.Protected.Context, () => ReadCommitment(header, input.Stream), path, cancellationToken);
        new RecipientWriter(_files).Write(input, header, proposal.Recipients, cancellationToken);
        return proposal;
    }

    private static Func<DataKey, bool> ReadCommitment(EnvelopeHeader header, Stream body)
    {
        var preamble = CobblestoneReader.ReadPreamble(body);
        var context = header.BodyContext;
        return dataKey => Cobblestone.Commits(dataKey.Span, context, preamble);
    }

    // By name alone: which version of a KEK is the newest, only its keyring or service would say.
    private async ValueTask<FileResult> PreviewAsync(string path, CancellationToken cancellationToken)
    {
        using var input = SourceFile.Open(_files, path);
        var header = await input.ReadHeaderAsync(cancellationToken);
        var now = header.Recipients.Select(recipient => recipient.Kek).Distinct(StringComparer.Ordinal).ToList();
        var arriving = await RewrapRequest.NamesAsync(_session, [.. _options.NewKeks, .. _options.AddKeks], cancellationToken);
        var old = await RewrapRequest.NamesAsync(_session, _options.OldKeks, cancellationToken);
        if (!RewrapRequest.IsMeant(_options, header.Recipients, old))
            return Result(FileOutcome.Unchanged, path, header, input) with { WhatIf = true, Reason = Doubt(header) };
        var leaving = _options is { NewKeks.Count: > 0, OldKeks.Count: 0 }
            ? [.. now]
            : old.Concat(await RewrapRequest.NamesAsync(_session, _options.RemoveKeks, cancellationToken)).ToHashSet(StringComparer.Ordinal);
        var then = now.Where(kek => !leaving.Contains(kek) || arriving.Contains(kek)).Union(arriving, StringComparer.Ordinal).ToList();
        if (then.Count == 0)
            throw RecipientMaker.NoneLeft();
        return Result(FileOutcome.Rewrapped, path, header, input) with { Kek = then, RemovedKek = [.. now.Except(then, StringComparer.Ordinal)], WhatIf = true };
    }

    // An alias could mean one of the envelope's own keys; a preview asks nobody.
    private string? Doubt(EnvelopeHeader header) =>
        header.Recipients.Any(recipient => recipient.Algorithm is RecipientAlgorithm.AwsKms or RecipientAlgorithm.AwsKmsRsa)
            && _options.OldKeks.FirstOrDefault(kek => kek.IsResolvedByService) is { } alias
            ? $"it would be rewrapped if one of its keys is {alias}, which only AWS KMS can say"
            : null;

    // Whoever is added to one file of a batch can open them all; whoever is removed from one can still open it by way of another.
    private void RequireSharingAccepted(EnvelopeHeader header)
    {
        var addsOrRemoves = _options.AddKeks.Count + _options.RemoveKeks.Count > 0;
        if (header.Protected.Batch is not null && addsOrRemoves && !_options.SharedDataKey)
        {
            throw new EnvelopeException(
                EnvelopeError.SharedDataKey,
                "its data key opens other files of its batch too, so adding or removing a KEK here concerns them all; a rotated data key would be its own.");
        }
    }

    private async ValueTask<FileLock> LockAsync(string path, CancellationToken cancellationToken) =>
        await FileLock.AcquireAsync(EnvelopeName.LockFor(path), LockPatience, _time, cancellationToken, _files)
        ?? throw new EnvelopeException(EnvelopeError.EnvelopeBusy, "another process is rewrapping it.");

    /// <summary>Nothing to replace; but a rewrap that was cut off between its two slots is finished, so that no old recipient stays.</summary>
    private FileResult Finish(string path, EnvelopeHeader header, SourceFile input, CancellationToken cancellationToken)
    {
        if (header.SlotsAgree)
            return Result(FileOutcome.Unchanged, path, header, input);
        new RecipientWriter(_files).Write(input, header, header.Recipients, cancellationToken);
        return Result(FileOutcome.Repaired, path, header, input);
    }

    private static FileResult Result(FileOutcome status, string path, EnvelopeHeader header, SourceFile input)
    {
        var length = Cobblestone.PlaintextLength(input.Status.Length - header.Layout.BodyOffset);
        return new FileResult
        {
            Status = status,
            SourcePath = path,
            FullName = Path.GetFullPath(path),
            Length = length < 0 ? null : length,
            Kek = [.. header.Recipients.Select(recipient => recipient.Kek)],
            SharedDataKey = header.Protected.Batch is not null,
        };
    }
}
