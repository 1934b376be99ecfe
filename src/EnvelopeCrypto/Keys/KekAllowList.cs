using System.Collections.Concurrent;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Calls;

namespace EnvelopeCrypto.Keys;

/// <summary>
/// Which KEKs may open a file. A file names its own KEKs, so an attacker's file can name theirs: nothing is asked of a key service or
/// derived before the answer here was yes.
/// </summary>
/// <param name="entries">References, or patterns of canonical references with <c>*</c>. Empty: each provider decides.</param>
/// <param name="providers">Know whose an entry is. Bringing it into canonical form also brings a certificate named by path.</param>
/// <param name="breaker">Knows what failed before: a service that cannot resolve an alias is not asked again for each file.</param>
internal sealed class KekAllowList(IEnumerable<string> entries, KekProviders providers, KekBreaker breaker)
{
    // The reference is null for a pattern. An entry that is neither is refused before any file is tried.
    private readonly (string Pattern, KekReference? Reference)[] _entries = [.. entries.Select(Parse)];
    private readonly ConcurrentDictionary<KekReference, IReadOnlyList<string>> _canonical = new();

    /// <exception cref="EnvelopeException">KekNotAllowed; why an entry of this kind of KEK cannot be resolved.</exception>
    public async ValueTask RequireAsync(Recipient recipient, IKekProvider provider, CancellationToken cancellationToken)
    {
        var allowed = _entries.Length == 0
            ? await breaker.PassAsync(UseOf(recipient.Kid), () => provider.IsAllowedByDefaultAsync(recipient, cancellationToken))
            : await IsListedAsync(recipient, provider, cancellationToken);
        if (!allowed)
            throw new EnvelopeException(EnvelopeError.KekNotAllowed, "this KEK is not among the allowed ones.");
    }

    /// <summary>
    /// Reads the certificates among the entries now, so that their private keys are here before a first recipient is unwrapped.
    /// </summary>
    public async ValueTask BringCertificatesAsync(CancellationToken cancellationToken)
    {
        foreach (var (_, reference) in _entries)
        {
            if (reference?.Kind != KekKind.Certificate || providers.Find(reference) is not { } provider)
                continue;
            try
            {
                await CanonicalAsync(provider, reference, cancellationToken);
            }
            catch (EnvelopeException)
            {
                // Said when a recipient asks for it.
            }
        }
    }

    private async ValueTask<bool> IsListedAsync(Recipient recipient, IKekProvider provider, CancellationToken cancellationToken)
    {
        var listed = false;
        EnvelopeException? unresolved = null;
        foreach (var (pattern, reference) in _entries)
        {
            // Only the recipient's own provider is asked: an alias must not keep a certificate from opening a file on the day that
            // KMS is gone. Certificates are all read, since a second one can bring the private key of the first.
            if ((listed && provider.Turn != UnwrapPriority.Here) || (reference is not null && !provider.CanBeNamedBy(reference)))
                continue;
            try
            {
                listed |= reference is null
                    ? KekPattern.Matches(pattern, recipient.Kek)
                    : (await CanonicalAsync(providers.Of(reference), reference, cancellationToken)).Any(allowed => IsSame(allowed, recipient.Kek));
            }
            catch (EnvelopeException failure)
            {
                unresolved ??= failure;
            }
        }
        return listed || unresolved is null ? listed : throw unresolved;
    }

    // A multi-Region key is the same key in every Region: anyone who allows one of it has allowed what it can unwrap.
    private static bool IsSame(string allowed, string kek) =>
        allowed == kek || (KmsKeyArn.TryParse(allowed, out var one) && KmsKeyArn.TryParse(kek, out var other) && one.IsRelatedTo(other));

    private async ValueTask<IReadOnlyList<string>> CanonicalAsync(
        IKekProvider owner, KekReference reference, CancellationToken cancellationToken) =>
        _canonical.TryGetValue(reference, out var known)
            ? known
            : _canonical.GetOrAdd(reference, await IdentifyAsync(owner, reference, cancellationToken));

    // What is near costs no call, and says its reason for each file.
    private ValueTask<IReadOnlyList<string>> IdentifyAsync(
        IKekProvider owner, KekReference reference, CancellationToken cancellationToken) =>
        owner.Turn == UnwrapPriority.Here
        ? owner.IdentifyAllAsync(reference, cancellationToken)
        : breaker.PassAsync(UseOf(reference.Text), () => owner.IdentifyAllAsync(reference, cancellationToken));

    // Not yet the use itself: whether it may be.
    private static KekUse UseOf(string kek) => new(KekOperation.Unwrap, kek, Path: null, EncryptionContext.Empty);

    private static (string Pattern, KekReference? Reference) Parse(string entry) =>
        (entry, entry.Contains('*', StringComparison.Ordinal) ? null : KekReference.Parse(entry));
}
