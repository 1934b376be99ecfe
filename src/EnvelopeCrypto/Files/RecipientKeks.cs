using System.Collections.Concurrent;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>
/// The KEKs that only a file names, by its recipients. Anyone who can write the file can name any: so one must be among the allowed ones,
/// and its recipient must open to the file's data key, before it gets another.
/// </summary>
internal sealed class RecipientKeks(KekSession session)
{
    private readonly ConcurrentDictionary<string, IKek> _keks = new(StringComparer.Ordinal);

    /// <summary>A recipient's KEK, ready to wrap. It is opened once for all files.</summary>
    /// <exception cref="EnvelopeException">KekNotAllowed; why the KEK cannot be used, with what to do.</exception>
    public async ValueTask<IKek> OpenAsync(
        Recipient recipient, KeySubject subject, CancellationToken cancellationToken)
    {
        try
        {
            await session.RequireAllowedAsync(recipient, subject, cancellationToken);
            if (_keks.TryGetValue(recipient.Kek, out var known))
                return known;
            return _keks.GetOrAdd(recipient.Kek, (await session.OpenAsync([KekReference.Parse(recipient.Kek)], cancellationToken))[0]);
        }
        catch (EnvelopeException failure)
        {
            throw CannotStay(recipient, failure);
        }
    }

    /// <summary>That a KEK's recipient opens to this data key; of several, one.</summary>
    /// <exception cref="EnvelopeException">WouldLockOut: nothing proves that the KEK is meant; KekUseRefused.</exception>
    public async ValueTask RequireOneOpensAsync(
        IReadOnlyList<Recipient> claims, DataKey dataKey, KeySubject subject, CancellationToken cancellationToken)
    {
        EnvelopeException? closed = null;
        foreach (var claim in claims)
        {
            try
            {
                await session.ProveAsync(claim, dataKey, subject, cancellationToken);
                return;
            }
            catch (EnvelopeException failure) when (failure.Error != EnvelopeError.KekUseRefused)
            {
                closed ??= failure;
            }
        }
        throw CannotStay(claims[0], closed!);
    }

    // Dropped in silence it would be missed on the day that it is needed; kept on the file's word
    // alone, a stranger could have put it there.
    private static EnvelopeException CannotStay(Recipient recipient, EnvelopeException failure) =>
        failure.Error == EnvelopeError.KekUseRefused
        ? failure
        : new EnvelopeException(
            EnvelopeError.WouldLockOut,
            $"the recipient of {recipient.Kek} cannot be made again on the file's word alone: {failure.Reason} "
            + "Name the KEKs that are to stay as new ones, or take this one away; nothing was changed.",
            failure);
}
