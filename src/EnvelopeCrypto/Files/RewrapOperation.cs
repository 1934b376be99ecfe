using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using EnvelopeCrypto.Body;
using EnvelopeCrypto.Disk;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>
/// Replaces the recipients of envelopes; the body stays as it is, unless a new data key is wanted. Old recipients go only after the new
/// ones were proven, and a crash at any moment leaves a file that opens. Serves any number of files of one run.
/// </summary>
internal sealed class RewrapOperation
{
    /// <summary>
    /// How many envelopes are best rewrapped at once. Each waits for the disk, which flushes several in the time of one, or for a key
    /// service: more than there are processors.
    /// </summary>
    internal static int UsefulWorkers { get; } = Math.Max(8, Environment.ProcessorCount);

    private const int MostReplacements = 5;
    private static readonly TimeSpan ReplacementPause = TimeSpan.FromMilliseconds(20);

    private readonly KekSession _session;
    private readonly RewrapOptions _options;
    private readonly FileSystem _files;
    private readonly EnvelopeLock _lock;
    private readonly RecipientKeks _recipientKeks;
    private readonly DataKeyRotation _rotation;
    private readonly ConcurrentDictionary<(ulong Volume, UInt128 Number), string> _namedTwice = new();
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
        _options = RewrapRequest.Validate(options);
        _files = files;
        _lock = new EnvelopeLock(files, time);
        _recipientKeks = new RecipientKeks(session);
        _rotation = new DataKeyRotation(session, options.NoReadBack, _recipientKeks, new EnvelopeReplacement(files));
    }

    /// <summary>Opens the KEKs now instead of with the first file; a preview only looks whether they are there.</summary>
    /// <exception cref="EnvelopeException">Why a KEK cannot be used.</exception>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        if (_options.WhatIf)
            await _session.PreviewAsync([.. _options.NewKeks, .. _options.AddKeks], cancellationToken);
        await OpenRequestAsync(cancellationToken);
    }

    /// <summary>Rewraps one envelope, in place when it has two slots with room, else by writing it again beside and renaming.</summary>
    /// <param name="path">The envelope.</param>
    /// <param name="cancellationToken">Stops the work; the file opens as before.</param>
    /// <param name="progress">Is told how many bytes more are done, when the body is encrypted again.</param>
    /// <exception cref="EnvelopeException">Names the file and what went wrong; the file opens as before.</exception>
    public Task<FileResult> RewrapFileAsync(string path, CancellationToken cancellationToken, Action<int>? progress = null) =>
        RewrapFileAsync(new FilePlace(path), cancellationToken, progress);

    internal Task<FileResult> RewrapFileAsync(FilePlace place, CancellationToken cancellationToken, Action<int>? progress = null) =>
        FileTelemetry.WorkAsync("rewrap", place.Path, () => RewrapFileCoreAsync(place, progress, cancellationToken), _ => null);

    /// <summary>
    /// What to warn of once the files are done: KEKs to replace that neither a file nor the keyring has, each a sentence or two.
    /// </summary>
    public async ValueTask<IReadOnlyList<string>> NeverMetAsync(CancellationToken cancellationToken) =>
        _request is null ? [] : await _request.NeverMetAsync(cancellationToken);

    // On a share, what another run replaces is gone for who has it open, and begins again with what is there now.
    private async Task<FileResult> RewrapFileCoreAsync(FilePlace place, Action<int>? progress, CancellationToken cancellationToken)
    {
        for (var left = MostReplacements; ; left--)
        {
            try
            {
                return _options.WhatIf
                    ? await PreviewAsync(place, cancellationToken)
                    : await RewrapLockedAsync(place, progress, cancellationToken);
            }
            catch (Exception failure) when (left > 0 && DiskFailure.IsGone(failure))
            {
                await Task.Delay(ReplacementPause, cancellationToken);
            }
            catch (Exception failure) when (DiskFailure.IsKnown(failure))
            {
                throw DiskFailure.WhileWriting(place.Path, failure);
            }
        }
    }

    private async Task<FileResult> RewrapLockedAsync(FilePlace place, Action<int>? progress, CancellationToken cancellationToken)
    {
        var path = place.Path;
        await OpenRequestAsync(cancellationToken); // before another run has to wait for the lock
        FilePlace file;
        // Only what can be an envelope gets a lock file beside it.
        using (var look = SourceFile.Open(_files, place))
        {
            // A link that was named stays one, and a rewrap of the file by another name meets the same lock. Below a tree none is followed.
            var isLink = place.FollowsLink && _files.Status(look.Folder, place.Name) is { Kind: FileKind.SymbolicLink };
            file = isLink ? _files.RealPath(path) : place;
        }
        using var mine = await _lock.TakeAsync(file, cancellationToken);
        using var held = await _lock.HoldAsync(file, cancellationToken);
        using var input = SourceFile.Open(_files, file);
        var writer = new RecipientWriter(_files, held);
        var header = await input.ReadHeaderAsync(cancellationToken, _options.Slot);
        var (plan, isWanted) = await DecideAsync(header, path, cancellationToken);
        var rotated = _options.RequireRotation && !isWanted
            ? await new EarlierRotation(_session).RequireAsync(
                (await OpenRequestAsync(cancellationToken)).NewKeks, header, input.Stream, path, cancellationToken)
            : null;
        if (IsNothing(plan, isWanted))
        {
            var finished = Finish(path, header, input, writer, cancellationToken);
            return finished with
            {
                // To prove it, each run would ask each KEK again; a verification does.
                Proof = rotated is not null ? RecipientProof.Verified : plan?.RestsOnClaims == true ? RecipientProof.Unproven : null,
                OpenedBy = rotated?.Kek,
                Reason = finished.Reason ?? Skipped(),
                IsNotRotated = _options.RotateDataKey && rotated is null,
            };
        }

        var (proposal, inPlace) = isWanted && _options.RotateDataKey
            ? (await _rotation.RotateAsync(plan, header, input, path, progress, cancellationToken), false)
            : await ReplaceAsync(plan, header, input, writer, path, cancellationToken);
        return Changed(isWanted, path, header, input) with
        {
            Kek = [.. proposal.Recipients.Select(recipient => recipient.Kek)],
            PostQuantum = proposal.Recipients.All(recipient => recipient.IsPostQuantum),
            Method = isWanted ? proposal.Method : null,
            Proof = proposal.Proof,
            OpenedBy = proposal.OpenedBy,
            RemovedKek = plan.RemovedKeks,
            SharedDataKey = header.Protected.Batch is not null && !_options.RotateDataKey,
            Reason = OfOtherNames(input.Status, inPlace, path) ?? (isWanted ? null : Skipped()),
            IsNotRotated = _options.RotateDataKey && !isWanted && rotated is null,
        };
    }

    // Of a run that gives files new data keys, what it leaves out is said.
    private string? Skipped() => !_options.RotateDataKey ? null
        : _options.OldKeks.Count > 0 ? "its data key was not rotated: it has no recipient of the old KEKs"
        : "its data key was not rotated: its recipients claim to be wrapped later";

    // By name alone: which version of a KEK is the newest, only its keyring or service would say.
    private async ValueTask<FileResult> PreviewAsync(FilePlace place, CancellationToken cancellationToken)
    {
        var path = place.Path;
        using var input = SourceFile.Open(_files, place);
        var header = await input.ReadHeaderAsync(cancellationToken, _options.Slot);
        var (plan, isWanted) = await DecideAsync(header, path, cancellationToken);
        if (IsNothing(plan, isWanted))
        {
            return Result(FileOutcome.Unchanged, path, header, input) with
            {
                WhatIf = true,
                Reason = Doubt(header) ?? Skipped(),
                IsNotRotated = _options.RotateDataKey,
            };
        }
        if (plan.Places.Count == 0)
            throw RecipientBuilder.NoneLeft();
        return Changed(isWanted, path, header, input) with { Kek = [.. plan.Keks], PostQuantum = null, RemovedKek = plan.RemovedKeks, WhatIf = true };
    }

    // The plan, and whether it does what was asked for; it can also only mend what the slots disagree on. Null: the file is not meant.
    private async ValueTask<(RewrapPlan? Plan, bool IsWanted)> DecideAsync(
        EnvelopeHeader header, string path, CancellationToken cancellationToken)
    {
        var request = await OpenRequestAsync(cancellationToken);
        var wanted = await request.PlanAsync(header.Recipients, new KeySubject(header.Protected.Context, path), cancellationToken);
        if (header.Protected.Type == EnvelopeType.KekExport)
            RequireWayInFromElsewhere(wanted);
        var isWanted = _options.RotateDataKey ? wanted is not null : wanted is { ChangesNothing: false };
        return (WithoutDisbelieved(wanted, header), isWanted);
    }

    // An exported KEK that a run over the whole vault has wrapped for a local KEK would be no backup any more: both are in one keyring.
    private void RequireWayInFromElsewhere(RewrapPlan? plan)
    {
        if (plan is { ChangesNothing: false } && plan.Keks.All(_session.IsInKeyring))
        {
            throw new EnvelopeException(
                EnvelopeError.WouldLockOut,
                "it is the backup of a KEK; local KEKs alone cannot protect it, since they are lost when the keyring is. Nothing was changed.");
        }
    }

    private static bool IsNothing([NotNullWhen(false)] RewrapPlan? plan, bool isWanted) =>
        plan is null || (!isWanted && plan.ChangesNothing);

    // What only the other slot has goes, like any recipient, after it was proven that one that stays opens the file: that a cut-off rewrap
    // left the slots so is likely, and anyone who can write the file can make it look so.
    private static RewrapPlan? WithoutDisbelieved(RewrapPlan? plan, EnvelopeHeader header)
    {
        if (header.Disbelieved.Count == 0 && !header.HasUnreadableSlot)
            return plan;
        var wanted = plan ?? RewrapPlan.Nothing(header.Recipients);
        return wanted with { Dropped = [.. wanted.Dropped, .. header.Disbelieved], DropsUnread = header.HasUnreadableSlot };
    }

    private async ValueTask<RewrapRequest> OpenRequestAsync(CancellationToken cancellationToken) =>
        _request ??= await RewrapRequest.OpenAsync(_session, _options, _recipientKeks, cancellationToken);

    private async ValueTask<(RecipientBuilder.Proposal Proposal, bool InPlace)> ReplaceAsync(
        RewrapPlan plan, EnvelopeHeader header, SourceFile input, RecipientWriter writer, string path, CancellationToken cancellationToken)
    {
        RequireSharingAccepted(header);
        var proposal = await new RecipientBuilder(_session, _options.NoReadBack).MakeAsync(
            plan,
            header.Recipients,
            new KeySubject(header.Protected.Context, path),
            () => ReadCommitment(header, input.Stream),
            cancellationToken);
        var inPlace = writer.Write(
            input, header, proposal.Recipients, cancellationToken, () => RecipientBuilder.RequireStillThere(_session, proposal.Proven));
        return (proposal, inPlace);
    }

    // Written in place, a file is done by all of its names; written beside, by one.
    private string? OfOtherNames(FileStatus status, bool inPlace, string path)
    {
        if (status.Names <= 1)
            return null;
        if (!inPlace)
            return $"the file had {status.Names} names (hard links), and by the others it is as it was";
        _namedTwice[(status.Volume, status.Number)] = path;
        return null;
    }

    private string? OfFirstName(FileStatus status, string path) =>
        status.Names > 1 && _namedTwice.TryGetValue((status.Volume, status.Number), out var first) && first != path
            ? $"it is the same file as '{first}', which is done"
            : null;

    private static Func<DataKey, bool> ReadCommitment(EnvelopeHeader header, Stream body)
    {
        var preamble = CobblestoneReader.ReadPreamble(body);
        var context = header.BodyContext;
        return dataKey => Cobblestone.Commits(dataKey.Span, context, preamble);
    }

    // An alias could mean one of the envelope's own keys; a preview asks no one.
    private string? Doubt(EnvelopeHeader header) =>
        header.Recipients.Any(recipient => recipient.Algorithm is RecipientAlgorithm.AwsKms or RecipientAlgorithm.AwsKmsRsa)
            && _options.OldKeks.Concat(_options.RemoveKeks).FirstOrDefault(kek => kek.IsResolvedByService) is { } alias
            ? $"it would be rewrapped if one of its keys is {alias}, which only AWS KMS can say"
            : null;

    // Anyone who is added to one file of a batch can open them all; anyone who is removed from one can still open it by way of another.
    private void RequireSharingAccepted(EnvelopeHeader header)
    {
        var addsOrRemoves = _options.AddKeks.Count + _options.RemoveKeks.Count > 0;
        if (header.Protected.Batch is not null && addsOrRemoves && !_options.SharedDataKey)
        {
            throw new EnvelopeException(
                EnvelopeError.SharedDataKey,
                "its data key opens other files of its batch too, so adding or removing a KEK here concerns them all; a rotated data key "
                + "would be its own.");
        }
    }

    /// <summary>
    /// Nothing to replace and nothing to lose; but a slot that was torn, or has less than the one that was read, becomes like it.
    /// </summary>
    private FileResult Finish(
        string path, EnvelopeHeader header, SourceFile input, RecipientWriter writer, CancellationToken cancellationToken)
    {
        if (header.SlotsAgree)
            return Result(FileOutcome.Unchanged, path, header, input) with { Reason = OfFirstName(input.Status, path) };
        var inPlace = writer.Write(input, header, header.Recipients, cancellationToken);
        return Result(FileOutcome.Repaired, path, header, input) with { Reason = OfOtherNames(input.Status, inPlace, path) };
    }

    private FileResult Changed(bool isWanted, string path, EnvelopeHeader header, SourceFile input) =>
        Result(isWanted || _options.Slot is not null ? FileOutcome.Rewrapped : FileOutcome.Repaired, path, header, input);

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
            PostQuantum = header.Recipients.All(recipient => recipient.IsPostQuantum),
            SharedDataKey = header.Protected.Batch is not null,
        };
    }
}
