using System.Collections.Concurrent;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys;

/// <summary>
/// Which KEKs may open a file. A file names its own KEKs, so an attacker's file can name his: nothing is asked of a key service or
/// derived before the answer here was yes.
/// </summary>
/// <param name="entries">References, or patterns of canonical references with <c>*</c>. Empty: each provider decides.</param>
/// <param name="session">Knows whose an entry is. Bringing it into canonical form also brings a certificate named by path.</param>
internal sealed class KekAllowList(IEnumerable<string> entries, KekSession session)
{
    private readonly string[] _entries = [.. entries];

    private readonly ConcurrentDictionary<KekReference, string> _canonical = new();

    // One for each entry; null for a pattern.
    private KekReference?[]? _references;

    /// <exception cref="EnvelopeException">KekNotAllowed; KekReferenceInvalid for an entry that is none; why an entry of this kind of KEK cannot be resolved.</exception>
    public async ValueTask RequireAsync(Recipient recipient, IKekProvider provider, CancellationToken cancellationToken)
    {
        // Whoever gives a passphrase means it to be tried: no key service is called for it, and nobody else's key is used.
        var allowed = provider.Turn == KekTurn.Passphrase || (_entries.Length == 0
            ? await provider.IsAllowedByDefaultAsync(recipient, cancellationToken)
            : await IsListedAsync(recipient, provider, cancellationToken));
        if (!allowed)
            throw new EnvelopeException(EnvelopeError.KekNotAllowed, "this KEK is not among the allowed ones; name it with --allowed-kek or -AllowedKek if it is yours.");
    }

    private async ValueTask<bool> IsListedAsync(Recipient recipient, IKekProvider provider, CancellationToken cancellationToken)
    {
        // A second thread parses the same.
        var references = _references ??= Array.ConvertAll(_entries, entry => entry.Contains('*', StringComparison.Ordinal) ? null : KekReference.Parse(entry));
        var listed = false;
        EnvelopeException? unresolved = null;
        for (var i = 0; i < references.Length; i++)
        {
            if (references[i] is not { } reference)
            {
                listed |= KekPattern.Matches(_entries[i], recipient.Kek);
                continue;
            }
            // A key service is asked about its own recipients only: an alias must not keep a certificate from opening a file on the
            // day that KMS is gone. What is here is always read, since it brings private keys, which a later proof may need.
            var owner = session.FindProvider(reference);
            if (owner is null || (owner.Turn != KekTurn.Here && (listed || owner != provider)))
                continue;
            try
            {
                listed |= await CanonicalAsync(owner, reference, cancellationToken) == recipient.Kek;
            }
            catch (EnvelopeException failure) when (owner == provider)
            {
                unresolved ??= failure;
            }
            catch (EnvelopeException)
            {
                // An entry of another kind says nothing about this recipient.
            }
        }
        return listed || unresolved is null ? listed : throw unresolved;
    }

    private async ValueTask<string> CanonicalAsync(IKekProvider owner, KekReference reference, CancellationToken cancellationToken) =>
        _canonical.TryGetValue(reference, out var known)
            ? known
            : _canonical.GetOrAdd(reference, await owner.IdentifyAsync(reference, cancellationToken));
}
