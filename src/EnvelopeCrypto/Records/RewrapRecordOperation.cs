using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Records;

/// <summary>
/// Replaces the recipients of tokens; what they hold stays encrypted as it is. Where a key service re-encrypts, no data key is seen here,
/// and it is asked once for all tokens that share a wrapped key. Serves any number of records of one run.
/// </summary>
public sealed class RewrapRecordOperation : IDisposable
{
    private readonly KekSession _session;
    private readonly RewrapOptions _options;
    private readonly RecipientKeks _recipientKeks;
    private RewrapRequest? _request;
    private readonly RecentFronts<RewrappedFront> _fronts = new(RecentFronts<RewrappedFront>.Usual);

    /// <summary>An operation of a session, which outlives it.</summary>
    /// <param name="session">The KEKs.</param>
    /// <param name="options">
    /// Which recipients tokens are to have. Tokens share data keys by their nature, so
    /// <see cref="RewrapOptions.SharedDataKey"/> need not be set: anyone who is added to one token can open all that share its data key.
    /// </param>
    /// <exception cref="ArgumentException">The options contradict each other, or ask for a preview.</exception>
    public RewrapRecordOperation(KekSession session, RewrapOptions options)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(options);
        if (options.WhatIf || options.RotateDataKey)
        {
            throw new ArgumentException(
                "There is no preview of a token, and its data key is others' too; protect the value again.", nameof(options));
        }
        _session = session;
        _options = RewrapRequest.Validate(options);
        _recipientKeks = new RecipientKeks(session);
    }

    /// <summary>Opens the KEKs now instead of with the first token.</summary>
    /// <exception cref="EnvelopeException">Why a KEK cannot be used.</exception>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken) => await OpenRequestAsync(cancellationToken);

    /// <summary>Rewraps the token of a value on its own.</summary>
    /// <exception cref="EnvelopeException">As for a record's field.</exception>
    public ValueTask<RewrapRecordResult> RewrapValueAsync(string token, CancellationToken cancellationToken) =>
        RewrapAsync(field: null, token, RecordBinding.None, cancellationToken);

    /// <summary>Rewraps the token of a record's field.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="token">The token.</param>
    /// <param name="binding">
    /// The fields that the token is bound to, with their values: with them it is proven that a data key is the token's own.
    /// </param>
    /// <param name="cancellationToken">Stops calls to key services.</param>
    /// <exception cref="EnvelopeException">
    /// What reading a token can fail with; WouldLockOut, ProofFailed, TooManyRecipients; what KEKs can fail with.
    /// </exception>
    public ValueTask<RewrapRecordResult> RewrapFieldAsync(
        string name, string token, RecordBinding binding, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(binding);
        return RewrapAsync(name, token, binding, cancellationToken);
    }

    /// <summary>Zeroes the data keys that were kept.</summary>
    public void Dispose() => _fronts.Dispose();

    private async ValueTask<RewrapRecordResult> RewrapAsync(
        string? field, string text, RecordBinding binding, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        var body = TokenText.Split(text).DecodeBody();
        var known = _fronts.Find(TokenText.Split(text).Front) ?? await ReadAsync(text, cancellationToken);
        var front = known.Opened.Front;
        front.Header.RequireFor(field, binding);
        if (known.Plan.ChangesNothing)
        {
            return new RewrapRecordResult
            {
                Token = text,
                IsChanged = false,
                Kek = [.. front.Recipients.Select(recipient => recipient.Kek)],
            };
        }

        var context = front.BodyContext(binding);
        var done = known.Done is { } before && (!before.NeededDataKey || known.Opened.Fits(context, body))
            ? before
            : await MakeAsync(known, context, body, binding, cancellationToken);
        RecipientBuilder.RequireStillThere(_session, done.Proposal.Proven);
        var token = TokenText.Split(text);
        return new RewrapRecordResult
        {
            Token = $"{token.BeforeRecipients}{done.RecipientsText}.{token.Body}",
            IsChanged = true,
            Kek = [.. done.Proposal.Recipients.Select(recipient => recipient.Kek)],
            Method = done.Proposal.Method,
            Proof = done.Proposal.Proof,
            RemovedKek = known.Plan.RemovedKeks,
        };
    }

    private async ValueTask<RewrapRequest> OpenRequestAsync(CancellationToken cancellationToken) =>
        _request ??= await RewrapRequest.OpenAsync(_session, _options, _recipientKeks, cancellationToken);

    private async ValueTask<RewrappedFront> ReadAsync(string text, CancellationToken cancellationToken)
    {
        var front = TokenFront.Parse(TokenText.Split(text));
        var request = await OpenRequestAsync(cancellationToken);
        var plan = await request.PlanAsync(front.Recipients, new KeySubject(front.Header.Context), cancellationToken)
            ?? RewrapPlan.Nothing(front.Recipients);
        var known = new RewrappedFront(new OpenedFront(front), plan);
        _fronts.Keep(front.Text, known);
        return known;
    }

    private async ValueTask<RewrappedFront.Rewrapped> MakeAsync(
        RewrappedFront known, byte[] context, byte[] body, RecordBinding binding, CancellationToken cancellationToken)
    {
        var front = known.Opened.Front;
        var neededDataKey = false;
        try
        {
            var proposal = await new RecipientBuilder(_session, _options.NoReadBack).MakeAsync(
                known.Plan, front.Recipients, new KeySubject(front.Header.Context), () => Fits, cancellationToken);
            return known.Done = new RewrappedFront.Rewrapped(TokenFront.RecipientsText(proposal.Recipients), proposal, neededDataKey);
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.CommitmentMismatch)
        {
            throw UnprotectRecordOperation.DoesNotFit(binding, failure);
        }

        bool Fits(DataKey dataKey)
        {
            neededDataKey = true;
            if (!TokenBody.Fits(dataKey.Span, context, body))
                return false;
            known.Opened.Keep(dataKey);
            return true;
        }
    }
}
