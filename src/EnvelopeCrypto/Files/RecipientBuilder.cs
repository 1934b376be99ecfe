using System.Diagnostics;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>
/// Makes and proves the recipients of a rewrap in memory, before a byte of the file is written. Whatever proof there is decides
/// whether old recipients may go.
/// </summary>
internal sealed class RecipientBuilder(KekSession session, bool noReadBack)
{
    /// <param name="plan">What is to become of the recipients.</param>
    /// <param name="recipients">The recipients that there are.</param>
    /// <param name="subject">What their data key is for.</param>
    /// <param name="readCommitment">Reads, when a data key is needed, what says whether one fits.</param>
    /// <param name="cancellationToken">Stops calls to key services.</param>
    /// <exception cref="EnvelopeException">
    /// WouldLockOut; ProofFailed; what unwrapping, wrapping and re-encrypting can fail with.
    /// </exception>
    public async ValueTask<Proposal> MakeAsync(
        RewrapPlan plan,
        IReadOnlyList<Recipient> recipients,
        KeySubject subject,
        Func<Func<DataKey, bool>> readCommitment,
        CancellationToken cancellationToken)
    {
        RequireWayIn(plan);
        var fits = new Lazy<Func<DataKey, bool>>(readCommitment);
        using var opened = NeedsDataKey(plan) ? await UnwrapAsync(plan, recipients, subject, fits.Value, cancellationToken) : null;

        var made = new List<Recipient>();
        var proofs = new List<RecipientProof>();
        var proven = new List<Recipient>();
        var provenToStay = false;
        foreach (var place in plan.Places)
        {
            var (stays, isProven) = await StaysAsync(place, opened, subject, cancellationToken);
            provenToStay |= isProven;
            if (stays)
            {
                made.Add(place.Existing!);
                if (isProven)
                    proven.Add(place.Existing!);
                // One that is wanted, and that nothing was made from, is there as only the file says.
                if (place.StaysFor is not null && !isProven && !plan.New.Any(other => ReferenceEquals(other.Source, place.Existing)))
                    proofs.Add(RecipientProof.Unproven);
                continue;
            }
            var (recipient, proof) = await MakeOneAsync(place, opened, subject, fits, cancellationToken);
            made.Add(recipient);
            proofs.Add(Weakened(plan, proof));
            if (proof != RecipientProof.Unproven)
                proven.Add(recipient);
        }
        AssertProof(plan, proofs, opened, provenToStay);
        if (proven.Count == 0 && !noReadBack && opened is not null && plan.Kept.Contains(opened.OpenedBy))
            proven.Add(opened.OpenedBy);
        return new Proposal(made, MethodOf(plan, opened), proofs.Count == 0 ? null : proofs.Max(), opened?.OpenedBy.Kek)
        {
            Proven = proven,
        };
    }

    /// <summary>The error for a rewrap that would take the last recipient away.</summary>
    public static EnvelopeException NoneLeft() =>
        new(EnvelopeError.WouldLockOut, "no recipient would be left, and no one could open it again; nothing was changed.");

    private static void RequireWayIn(RewrapPlan plan)
    {
        if (plan.Places.Count == 0)
            throw NoneLeft();
        if (!plan.New.Any() && !plan.Kept.Any(recipient => recipient.IsKnown))
        {
            throw new EnvelopeException(
                EnvelopeError.WouldLockOut, "only recipients that this program does not know would be left; nothing was changed.");
        }
    }

    // A recipient that the key service re-encrypts needs no data key, and may replace the one it came from. All else does. Where several
    // go, only the data key tells which of them is the file's own, and from which a new one that opens can be made; unless each is the one
    // recipient of its KEK, and its own source.
    private bool NeedsDataKey(RewrapPlan plan) =>
        plan.New.Any(place => place.Source is null)
        || (!noReadBack && (plan.DropsOthers || plan.HasCopiedSource || (plan.New.Any() && plan.Dropped.Count > 1 && !plan.IsEachItsOwnSource)));

    // Not read back, what was re-encrypted is as good as its source. That says something only where nothing else went.
    private static RecipientProof Weakened(RewrapPlan plan, RecipientProof proof) =>
        proof == RecipientProof.ReEncrypted && (plan.DropsOthers || plan.HasCopiedSource) ? RecipientProof.Unproven : proof;

    // When nothing new will be proven, one that stays must open the file, or the last way in could go.
    private async ValueTask<UnwrappedDataKey> UnwrapAsync(
        RewrapPlan plan,
        IReadOnlyList<Recipient> recipients,
        KeySubject subject,
        Func<DataKey, bool> fits,
        CancellationToken cancellationToken)
    {
        var mustStay = plan.Drops && !noReadBack
            && !plan.Places.Any(place => (place.Kek ?? place.StaysFor) is { CanUnwrap: true });
        var candidates = mustStay ? [.. plan.Kept] : recipients;
        if (candidates.Count == 0)
            throw Unproven();
        try
        {
            return await session.UnwrapAsync(candidates, subject, fits, cancellationToken);
        }
        catch (EnvelopeException failure) when (mustStay && failure.Error != EnvelopeError.KekUseRefused)
        {
            throw Unproven(failure);
        }
    }

    // A recipient of a KEK that is wanted stays if it opens to this very data key; a false one is made again in its place.
    private async ValueTask<(bool Stays, bool IsProven)> StaysAsync(
        RewrapPlan.Place place, UnwrappedDataKey? opened, KeySubject subject, CancellationToken cancellationToken)
    {
        if (place.Existing is null)
            return (false, false);
        if (opened is null || place.StaysFor is null)
            return (true, false);
        // What cannot be proven here, or is not to be, costs nothing to make again; kept on the file's word, it could be a stranger's.
        if (noReadBack || !place.StaysFor.CanUnwrap)
            return (false, false);
        try
        {
            await session.ProveAsync(place.Existing, opened.DataKey, subject, cancellationToken);
            return (true, true);
        }
        catch (EnvelopeException failure)
            when (failure.Error is EnvelopeError.WrappedKeyInvalid or EnvelopeError.KekMismatch or EnvelopeError.ProofFailed)
        {
            return (false, false);
        }
    }

    private async ValueTask<(Recipient Recipient, RecipientProof Proof)> MakeOneAsync(
        RewrapPlan.Place place,
        UnwrappedDataKey? opened,
        KeySubject subject,
        Lazy<Func<DataKey, bool>> fits,
        CancellationToken cancellationToken)
    {
        if (place.Source is { } source && opened is null)
            return await ReEncryptAsync((IReEncryptingKek)place.Kek!, source, subject, fits, cancellationToken);
        var kek = (place.Kek ?? place.StaysFor)!;
        if (place.Claims.Count > 0)
            await new RecipientKeks(session).RequireOneOpensAsync(place.Claims, opened!.DataKey, subject, cancellationToken);
        var wrapped = await session.WrapAsync(kek, opened!, subject, cancellationToken);
        if (noReadBack || !kek.CanUnwrap)
            return (wrapped, RecipientProof.Unproven);
        await ProveNewAsync(session, wrapped, opened!.DataKey, subject, cancellationToken);
        return (wrapped, RecipientProof.Verified);
    }

    private async ValueTask<(Recipient Recipient, RecipientProof Proof)> ReEncryptAsync(
        IReEncryptingKek kek,
        Recipient source,
        KeySubject subject,
        Lazy<Func<DataKey, bool>> fits,
        CancellationToken cancellationToken)
    {
        var recipient = await session.ReEncryptAsync(kek, source, subject, cancellationToken);
        if (kek.AnswerProves)
            return (recipient, RecipientProof.ReEncrypted);
        if (noReadBack)
            return (recipient, RecipientProof.Unproven);
        try
        {
            using var opened = await session.UnwrapAsync([recipient], subject, fits.Value, cancellationToken, named: [recipient.Kek]);
            return opened.DataKey.IsBareIn(recipient.WrappedKey.Span)
                ? throw new EnvelopeException(
                    EnvelopeError.KeyServiceFailed,
                    $"{recipient.Kek} gave the data key as its wrapped key, where all could read it; nothing was changed.")
                : (recipient, RecipientProof.Verified);
        }
        catch (EnvelopeException failure)
            when (failure.Error is EnvelopeError.WrappedKeyInvalid or EnvelopeError.KekMismatch or EnvelopeError.CommitmentMismatch)
        {
            throw DoesNotOpen(recipient, failure);
        }
    }

    /// <summary>That a recipient which was just made here opens again.</summary>
    /// <exception cref="EnvelopeException">ProofFailed; why its KEK does not answer.</exception>
    public static async ValueTask ProveNewAsync(
        KekSession session, Recipient made, DataKey dataKey, KeySubject subject, CancellationToken cancellationToken)
    {
        try
        {
            await session.ProveAsync(made, dataKey, subject, cancellationToken);
        }
        catch (EnvelopeException failure) when (failure.Error is EnvelopeError.WrappedKeyInvalid or EnvelopeError.KekMismatch)
        {
            throw DoesNotOpen(made, failure);
        }
    }

    /// <summary>That the KEKs which have proven recipients are still there. The last thing before what they replace is destroyed.</summary>
    /// <exception cref="EnvelopeException">ProofFailed.</exception>
    public static void RequireStillThere(KekSession session, IEnumerable<Recipient> proven)
    {
        foreach (var recipient in proven)
        {
            try
            {
                session.RequireStillThere(recipient);
            }
            catch (EnvelopeException failure)
            {
                throw new EnvelopeException(
                    EnvelopeError.ProofFailed, $"the KEK {recipient.Kek} cannot be used any more: {failure.Reason} Nothing was changed.",
                    failure);
            }
        }
    }

    private static EnvelopeException DoesNotOpen(Recipient made, EnvelopeException failure) =>
        new(EnvelopeError.ProofFailed, $"the new recipient of {made.Kek} does not open again; nothing was changed.", failure);

    // What goes leaves something proven behind, by what was done above: this can fail for no plan. With a data key, either a recipient that
    // stays gave it (UnwrapAsync asks no other when no KEK to come can unwrap), or a KEK that can unwrap has verified a recipient that
    // stays or was made. Without one, all that go are sources of what the key service re-encrypted, and that is proven by its answer or
    // unwrapped.
    [Conditional("DEBUG")]
    private void AssertProof(RewrapPlan plan, List<RecipientProof> proofs, UnwrappedDataKey? opened, bool provenToStay) => Debug.Assert(
        !plan.Drops
        || noReadBack
        || provenToStay
        || (opened is not null && plan.Kept.Contains(opened.OpenedBy))
        || proofs.Exists(proof => proof != RecipientProof.Unproven));

    private static RewrapMethod MethodOf(RewrapPlan plan, UnwrappedDataKey? opened) =>
        !plan.New.Any() ? RewrapMethod.Remove : opened is null ? RewrapMethod.ReEncrypt : RewrapMethod.UnwrapAndWrap;

    /// <summary>The error for a rewrap after which nothing proven would open the file.</summary>
    public static EnvelopeException Unproven(Exception? inner = null) => new(
        EnvelopeError.WouldLockOut,
        "nothing proves that a recipient which would be left opens it, so the others stay; nothing was changed."
        + (inner is EnvelopeException reason ? " " + reason.Reason : ""),
        inner);

    /// <summary>The recipients to write, and what is known of them.</summary>
    internal sealed record Proposal(IReadOnlyList<Recipient> Recipients, RewrapMethod Method, RecipientProof? Proof, string? OpenedBy)
    {
        /// <summary>Those that the proof rests on.</summary>
        public required IReadOnlyList<Recipient> Proven { get; init; }
    }
}
