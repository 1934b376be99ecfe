using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>
/// Replaces the recipients of envelopes; the body stays as it is. Old recipients go only after the new ones were proven, and a crash at
/// any moment leaves a file that opens. Serves any number of files of one run.
/// </summary>
public sealed class RewrapOperation
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    private readonly KekSession _session;
    private readonly RewrapOptions _options;
    private readonly TimeProvider _time;
    private readonly FileSystem _files;
    private readonly RewrapPlanner _planner;

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
        _options = options;
        _planner = new RewrapPlanner(session, options);
        _time = time;
        _files = files;
    }

    /// <summary>Opens the KEKs now instead of with the first file; a preview only looks whether they are there.</summary>
    /// <exception cref="EnvelopeException">Why a KEK cannot be used.</exception>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        if (_options.WhatIf)
            await _session.PreviewAsync([.. _options.NewKeks, .. _options.AddKeks], cancellationToken);
        else
            await _planner.PrepareAsync(cancellationToken);
    }

    /// <summary>Rewraps one envelope, in place when it has two slots with room, else by writing it anew beside and renaming.</summary>
    /// <exception cref="EnvelopeException">Names the file and what went wrong; the file opens as before.</exception>
    public async Task<FileResult> RewrapFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (_options.WhatIf)
                return await PreviewAsync(path, cancellationToken);
            await _planner.PrepareAsync(cancellationToken);
            // Only what can be an envelope gets a lock file beside it.
            SourceFile.Open(_files, path).Dispose();
            // A link stays one, and whoever rewraps the file by another name meets the same lock.
            var file = FileStatus.PathBehind(path);
            using var mine = await LockAsync(file, cancellationToken);
            using var input = SourceFile.Open(_files, file);
            var header = await input.ReadHeaderAsync(cancellationToken);
            var plan = await _planner.PlanAsync(header.Recipients, cancellationToken);
            RequireSharingAccepted(header, plan);
            if (plan.ChangesNothing)
                return Finish(path, header, input, cancellationToken);

            var proposal = await new RecipientMaker(_session, _options.NoReadBack).MakeAsync(
                plan, header.Recipients, header.Protected.Context, () => ReadCommitment(header, input.Stream), path, cancellationToken);
            new RecipientWriter(_files).Write(input, header, proposal.Recipients, cancellationToken);
            return Result(FileOutcome.Rewrapped, path, header, input) with
            {
                Kek = [.. proposal.Recipients.Select(recipient => recipient.Kek)],
                Method = proposal.Method,
                Proof = proposal.Proof,
                OpenedBy = proposal.OpenedBy,
                RemovedKek = plan.RemovedKeks,
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
        var arriving = await _planner.NamesAsync([.. _options.NewKeks, .. _options.AddKeks], cancellationToken);
        var leaving = await _planner.NamesAsync([.. _options.OldKeks, .. _options.RemoveKeks], cancellationToken);
        if (_options is { NewKeks.Count: > 0, OldKeks.Count: 0 })
            leaving = [.. now];
        else if (_options.OldKeks.Count > 0 && !now.Exists(leaving.Contains))
            return Result(FileOutcome.Unchanged, path, header, input) with { WhatIf = true };
        var then = now.Where(kek => !leaving.Contains(kek) || arriving.Contains(kek)).Union(arriving, StringComparer.Ordinal).ToList();
        if (then.Count == 0)
            throw RecipientMaker.NoneLeft();
        return Result(FileOutcome.Rewrapped, path, header, input) with { Kek = then, RemovedKek = [.. now.Except(then, StringComparer.Ordinal)], WhatIf = true };
    }

    // Whoever is added to one file of a batch can open them all; whoever is removed from one can still open it by way of another.
    private void RequireSharingAccepted(EnvelopeHeader header, RewrapPlan plan)
    {
        var addsOrRemoves = _options.AddKeks.Count + _options.RemoveKeks.Count > 0;
        if (header.Protected.Batch is not null && addsOrRemoves && !plan.ChangesNothing && !_options.SharedDataKey)
            throw new EnvelopeException(EnvelopeError.SharedDataKey, "its data key opens other files of its batch too, so adding or removing a KEK here concerns them all.");
    }

    private async ValueTask<FileLock> LockAsync(string path, CancellationToken cancellationToken) =>
        await FileLock.AcquireAsync(EnvelopeName.LockFor(path), LockPatience, _time, cancellationToken)
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
