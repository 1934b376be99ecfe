using System.Collections.Concurrent;
using EnvelopeCrypto.Aws.Service;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Aws;

/// <summary>
/// Whose account this run's credentials are of: asked once, when a file names a key and the user named none. Without a
/// configured Region each partition is asked once, so that a file which names a foreign one spoils nothing for the others.
/// </summary>
/// <param name="findRegion">The Region that is configured; null for none.</param>
/// <param name="identify">Asks in a partition who is calling.</param>
/// <param name="runEnds">The end of the run.</param>
internal sealed class CallerAccount(
    Func<CancellationToken, Task<string?>> findRegion, Func<string, CancellationToken, Task<CallerIdentity>> identify,
    CancellationToken runEnds)
{
    private readonly ConcurrentDictionary<string, Once<CallerIdentity>> _identities = new(StringComparer.Ordinal);

    /// <summary>Whether a key is the account's own.</summary>
    /// <exception cref="EnvelopeException">Why the account is not known; then no key is its own.</exception>
    public async Task<bool> OwnsAsync(KmsKeyArn key, CancellationToken cancellationToken)
    {
        try
        {
            var place = await findRegion(cancellationToken) ?? key.Partition;
            var caller = await Ask(place, key.Partition).GetAsync(cancellationToken);
            return caller.Account == key.Account && caller.Partition == key.Partition;
        }
        catch (EnvelopeException failure)
        {
            throw new EnvelopeException(
                failure.Error,
                "whether this key is your own account's is not known, so it was not asked: "
                + $"{failure.Reason} A key that is named as allowed needs no such answer.",
                failure);
        }
    }

    private Once<CallerIdentity> Ask(string place, string partition) =>
        _identities.GetOrAdd(place, _ => new Once<CallerIdentity>(stop => identify(partition, stop), runEnds));
}
