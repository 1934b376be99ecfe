namespace EnvelopeCrypto.Keys.Passphrases;

/// <summary>
/// What derivations that open nothing may cost in one run. A file says how many iterations its recipients need, so a few hundred bytes
/// could keep a processor busy for hours. A derivation is paid for before it is made, and given back once it has opened something.
/// </summary>
internal sealed class DerivationBudget
{
    /// <summary>Iterations: a minute of one processor's time, or so.</summary>
    public const long Most = 40_000_000;

    private long _spent;

    /// <exception cref="EnvelopeException">DerivationBudgetSpent.</exception>
    public void Take(int iterations)
    {
        if (Interlocked.Add(ref _spent, iterations) <= Most)
            return;
        GiveBack(iterations);
        throw new EnvelopeException(
            EnvelopeError.DerivationBudgetSpent,
            $"the passphrase was hashed {Most:N0} times in this run for recipients that did not open; it is not hashed for more of them.");
    }

    public void GiveBack(int iterations) => Interlocked.Add(ref _spent, -iterations);
}
