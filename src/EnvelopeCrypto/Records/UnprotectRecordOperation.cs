using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Records;

/// <summary>
/// Turns tokens back into the values that they were made of, each in its type. Serves any number of records of one run, from any number
/// of threads. It keeps data keys for tokens to come, and zeroes them on dispose.
/// </summary>
public sealed class UnprotectRecordOperation : IDisposable
{
    private readonly KekSession _session;
    private readonly UnprotectRecordOptions _options;
    private readonly RecentFronts<OpenedFront> _fronts = new(RecentFronts<OpenedFront>.Usual);

    /// <summary>An operation of a session, which outlives it.</summary>
    public UnprotectRecordOperation(KekSession session, UnprotectRecordOptions options)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(options);
        _session = session;
        _options = options;
    }

    /// <summary>Decrypts the token of a value on its own.</summary>
    /// <returns>The value, in the type that it had.</returns>
    /// <exception cref="EnvelopeException">
    /// NotAToken, TokenInvalid, UnsupportedVersion, WrongEnvelopeType: the text is not a sound token.
    /// BindingMismatch: the token is for a field. ContextMismatch. CommitmentMismatch, BodyDamaged, BodyTruncated: it was
    /// changed. And what KEKs can fail with.
    /// </exception>
    public ValueTask<object> UnprotectValueAsync(string token, CancellationToken cancellationToken) =>
        UnprotectAsync(field: null, token, RecordBinding.None, cancellationToken);

    /// <summary>Decrypts the token of a record's field.</summary>
    /// <param name="name">The field's name. A token of another field is refused.</param>
    /// <param name="token">The token.</param>
    /// <param name="binding">
    /// The fields that the token is bound to, with their values now: exactly those that were named when it was made.
    /// </param>
    /// <param name="cancellationToken">Stops the call to a key service.</param>
    /// <returns>The value, in the type that it had.</returns>
    /// <exception cref="EnvelopeException">
    /// As for a value on its own; BindingMismatch also when other fields are bound; CommitmentMismatch also when their values are others.
    /// </exception>
    public ValueTask<object> UnprotectFieldAsync(string name, string token, RecordBinding binding, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(binding);
        return UnprotectAsync(name, token, binding, cancellationToken);
    }

    /// <summary>Zeroes the data keys that were kept.</summary>
    public void Dispose() => _fronts.Dispose();

    private async ValueTask<object> UnprotectAsync(string? field, string text, RecordBinding binding, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (known, body) = Read(text);
        var (front, header) = (known.Front, known.Front.Header);
        header.RequireFor(field, binding);
        if (!header.Context.Contains(_options.RequiredContext))
        {
            var has = header.Context.Count == 0 ? "none" : header.Context.ToString();
            throw new EnvelopeException(
                EnvelopeError.ContextMismatch,
                $"the token's encryption context ({has}) lacks what is required: {_options.RequiredContext}.");
        }

        var context = front.BodyContext(binding);
        var subject = new KeySubject(header.Context) { Batch = header.Batch };
        if (known.OpenedBy is { } openedBy && known.TryOpen(context, body) is { } value)
        {
            await _session.ShareAsync(openedBy, subject, cancellationToken);
            return value;
        }
        try
        {
            using var opened = await _session.UnwrapAsync(
                front.Recipients, subject, dataKey => TokenBody.Fits(dataKey.Span, context, body), cancellationToken);
            known.Keep(opened.DataKey, opened.OpenedBy);
            return TokenBody.TryOpen(opened.DataKey.Span, context, body, header.ValueType)!;
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.CommitmentMismatch)
        {
            throw DoesNotFit(binding, failure);
        }
    }

    /// <summary>The error for a token whose data key was unwrapped and makes another commitment.</summary>
    internal static EnvelopeException DoesNotFit(RecordBinding binding, EnvelopeException failure) => new(
        EnvelopeError.CommitmentMismatch,
        binding.Names.Count == 0
            ? "the token was changed: its data key does not fit it."
            : $"the token does not belong to this record: it was made with other values of {binding}, or it was changed.",
        failure);

    // A front that is known was sound when it was read first.
    private (OpenedFront Known, byte[] Body) Read(string text)
    {
        var token = TokenText.Split(text);
        var body = token.DecodeBody();
        if (_fronts.Find(token.Front) is { } known)
            return (known, body);
        var front = TokenFront.Parse(token);
        known = new OpenedFront(front);
        _fronts.Keep(front.Text, known);
        return (known, body);
    }
}
