using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys;

/// <summary>
/// Which KEKs may open a file. A file names its own KEKs, so an attacker's file can name his: nothing is asked of a key service or
/// derived before the answer here was yes.
/// </summary>
/// <param name="entries">References, or patterns of canonical references with <c>*</c>. Empty: each provider decides.</param>
/// <param name="session">Turns references into canonical form, which also brings a certificate named by path.</param>
internal sealed class KekAllowList(IEnumerable<string> entries, KekSession session)
{
    private readonly string[] _entries = [.. entries];
    private string[]? _patterns;

    /// <exception cref="EnvelopeException">KekNotAllowed; KekReferenceInvalid for an entry that is none.</exception>
    public async ValueTask RequireAsync(Recipient recipient, IKekProvider provider, CancellationToken cancellationToken)
    {
        // Whoever gives a passphrase means it to be tried: no key service is called for it, and nobody else's key is used.
        var allowed = provider.Turn == KekTurn.Passphrase || (_entries.Length == 0
            ? await provider.IsAllowedByDefaultAsync(recipient, cancellationToken)
            : await IsListedAsync(recipient, cancellationToken));
        if (!allowed)
            throw new EnvelopeException(EnvelopeError.KekNotAllowed, $"this KEK is not among the allowed ones; name it with --allowed-kek or -AllowedKek if it is yours.");
    }

    private async ValueTask<bool> IsListedAsync(Recipient recipient, CancellationToken cancellationToken)
    {
        _patterns ??= await CanonicalAsync(cancellationToken);
        return _patterns.Any(pattern => KekPattern.Matches(pattern, recipient.Kek));
    }

    private async ValueTask<string[]> CanonicalAsync(CancellationToken cancellationToken)
    {
        var patterns = new List<string>();
        foreach (var entry in _entries)
            patterns.Add(entry.Contains('*', StringComparison.Ordinal) ? entry : await session.IdentifyAsync(KekReference.Parse(entry), cancellationToken));
        return [.. patterns];
    }
}
