using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Passphrases;

/// <summary>
/// The KEKs that were derived from one passphrase, by salt and iterations, so that each costs one derivation in a session, whether it
/// opens anything or not. The one unused for longest makes room.
/// </summary>
internal sealed class DerivedKeks(PassphraseSource source, KekDerivation derive, DerivationBudget budget) : IDisposable
{
    public const int Capacity = 256;

    private readonly object _gate = new();
    private readonly RecentlyUsed<(string Salt, int Iterations), Entry> _entries = new(Capacity);
    private bool _disposed;

    public PassphraseSource Source => source;

    /// <summary>Opens what a file holds by the KEK that it describes; a derivation for that is paid for unless it opens.</summary>
    /// <exception cref="EnvelopeException">
    /// DerivationBudgetSpent; PassphraseRequired, PromptRequired, PassphraseInvalid; what opening fails with.
    /// </exception>
    public T Open<T>(ReadOnlyMemory<byte> salt, int iterations, Func<SecretBytes, T> open)
    {
        var passphrase = source.Get();
        var entry = EntryOf((Convert.ToHexString(salt.Span), iterations));
        using var kek = entry.Copy(() => Pay(() => derive(passphrase, salt.Span, iterations), iterations, entry));
        var opened = open(kek);
        budget.GiveBack(entry.TakeDebt());
        return opened;
    }

    /// <summary>
    /// A copy of a KEK that was chosen here, which the caller disposes. Callers with the same salt wait for one derivation.
    /// </summary>
    /// <exception cref="EnvelopeException">PassphraseRequired, PromptRequired, PassphraseInvalid.</exception>
    public SecretBytes Copy(ReadOnlyMemory<byte> salt, int iterations)
    {
        var passphrase = source.Get();
        return EntryOf((Convert.ToHexString(salt.Span), iterations)).Copy(() => derive(passphrase, salt.Span, iterations));
    }

    public void Dispose()
    {
        IReadOnlyList<Entry> entries;
        lock (_gate)
        {
            _disposed = true;
            entries = _entries.Clear();
        }
        foreach (var entry in entries)
            entry.Dispose();
    }

    private SecretBytes Pay(Func<SecretBytes> derivation, int iterations, Entry entry)
    {
        budget.Take(iterations);
        try
        {
            var kek = derivation();
            entry.Debt = iterations;
            return kek;
        }
        catch
        {
            budget.GiveBack(iterations);
            throw;
        }
    }

    private Entry EntryOf((string Salt, int Iterations) key)
    {
        Entry? evicted = null;
        Entry? entry;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_entries.TryGet(key, out entry))
                evicted = _entries.Add(key, entry = new Entry());
        }
        // Outside the lock, since it waits for a derivation that is under way.
        evicted?.Dispose();
        return entry;
    }

    /// <summary>One KEK. It hands out copies, since it can be evicted while a copy is in use.</summary>
    private sealed class Entry : IDisposable
    {
        private readonly object _gate = new();
        private SecretBytes? _kek;
        private bool _disposed;
        private int _debt;

        /// <summary>Iterations that were paid for its derivation, as long as it has opened nothing.</summary>
        public int Debt
        {
            set => _debt = value;
        }

        /// <summary>The debt, which is settled by that.</summary>
        public int TakeDebt() => Interlocked.Exchange(ref _debt, 0);

        public SecretBytes Copy(Func<SecretBytes> derive)
        {
            lock (_gate)
            {
                if (_kek is not null)
                    return _kek.Clone();
                var kek = derive();
                if (_disposed)
                    return kek;
                _kek = kek;
                return kek.Clone();
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _disposed = true;
                _kek?.Dispose();
                _kek = null;
            }
        }
    }
}
