using System.Security.Cryptography;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Passphrases;

/// <summary>
/// A passphrase as KEK: PBKDF2-HMAC-SHA-512 (RFC 8018), a random salt of 16 bytes, 600,000 iterations. All that a session wraps has one
/// salt, so that many files cost one derivation; what it derived to unwrap it keeps likewise. For several threads at once.
/// </summary>
/// <remarks>
/// A session opens and makes recipients with <see cref="KekPassphrases.Recipient"/>. In a rewrap, which is told to the constructor, new
/// recipients are made with <see cref="KekPassphrases.NewRecipient"/> when that is given, and what does not open with the former is
/// tried with the latter, so that a rewrap can be run again after it was cut off.
/// </remarks>
internal sealed class PassphraseKekProvider : IKekProvider
{
    private readonly KekPassphrases _passphrases;
    private readonly bool _forRewrap;
    private readonly TimeProvider _time;
    private readonly RandomSource _random;
    private readonly DerivedKeks _keks;
    private readonly DerivedKeks _newKeks;
    private readonly object _gate = new();
    private PassphraseKek? _kek;

    /// <param name="passphrases">Where the passphrases come from; the caller disposes it, after this.</param>
    /// <param name="forRewrap">Whether new recipients get the new passphrase, if one is given.</param>
    /// <param name="time">For the time of a wrap.</param>
    public PassphraseKekProvider(KekPassphrases passphrases, bool forRewrap = false, TimeProvider? time = null)
        : this(passphrases, forRewrap, time ?? TimeProvider.System, RandomNumberGenerator.Fill, KeyDerivation.Derive)
    {
    }

    internal PassphraseKekProvider(KekPassphrases passphrases, bool forRewrap, TimeProvider time, RandomSource random, KekDerivation derive)
    {
        ArgumentNullException.ThrowIfNull(passphrases);
        _passphrases = passphrases;
        _forRewrap = forRewrap;
        _time = time;
        _random = random;
        var budget = new DerivationBudget();
        _keks = new DerivedKeks(passphrases.Recipient, derive, budget);
        _newKeks = new DerivedKeks(passphrases.NewRecipient, derive, budget);
    }

    /// <summary>Hears that a passphrase for new recipients is easily guessed; null for no one.</summary>
    public INotices? Notices { get; init; }

    /// <inheritdoc/>
    public UnwrapPriority Turn => UnwrapPriority.Passphrase;

    /// <inheritdoc/>
    public bool Serves(KekReference reference) => reference.Kind == KekKind.Passphrase;

    /// <inheritdoc/>
    public bool Serves(Recipient recipient) => recipient.Algorithm == RecipientAlgorithm.Passphrase;

    /// <summary>Always <c>passphrase</c>: which passphrase it is, no one can tell from outside.</summary>
    public ValueTask<string> IdentifyAsync(KekReference reference, CancellationToken cancellationToken) =>
        ValueTask.FromResult(RecipientGrammar.PassphraseKid);

    /// <summary>
    /// The one KEK of this session. A passphrase that has to be asked for is asked twice; it is derived on the first wrap.
    /// </summary>
    /// <exception cref="EnvelopeException">PassphraseRequired, PromptRequired, PassphraseInvalid.</exception>
    public ValueTask<IKek> OpenAsync(KekReference reference, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_kek is null)
            {
                var keks = HasNewPassphrase ? _newKeks : _keks;
                if (GuessablePassphrase.Warning("the passphrase", keks.Source.Get(confirm: true)) is { } warning)
                    Notices?.Warning(warning);
                _kek = new PassphraseKek(keks, _random, _time);
            }
            return ValueTask.FromResult<IKek>(_kek);
        }
    }

    /// <summary>True: no key service is called for it, and no one else's key is used.</summary>
    public ValueTask<bool> IsAllowedByDefaultAsync(Recipient recipient, CancellationToken cancellationToken) => ValueTask.FromResult(true);

    /// <inheritdoc/>
    /// <exception cref="EnvelopeException">
    /// WrappedKeyInvalid; DerivationBudgetSpent; PassphraseRequired when none was given and no one is there; PromptRequired,
    /// PassphraseInvalid.
    /// </exception>
    public ValueTask<DataKey> UnwrapAsync(Recipient recipient, EncryptionContext context, CancellationToken cancellationToken)
    {
        RequireSoundDerivation(recipient);
        EnvelopeException? failure = null;
        foreach (var keks in InTurn(recipient))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return ValueTask.FromResult(
                    keks.Open(recipient.Salt, recipient.Iterations, kek => SealedWrap.Unwrap(kek, recipient, context)));
            }
            catch (EnvelopeException closed)
            {
                failure = closed;
            }
        }
        // No one can tell the one from the other; the first is what happens.
        throw failure!.Error == EnvelopeError.WrappedKeyInvalid
            ? new EnvelopeException(failure.Error, "the passphrase is wrong, or the recipient was changed.", failure)
            : failure;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keks.Dispose();
        _newKeks.Dispose();
    }

    private bool HasNewPassphrase => _forRewrap && _passphrases.NewRecipient.IsGiven;

    // The format checks a file's recipients; one that was put together by hand must not make us derive for hours.
    private static void RequireSoundDerivation(Recipient recipient)
    {
        if (recipient.Salt.Length != RecipientGrammar.SaltSize
            || recipient.Iterations is < RecipientGrammar.MinIterations or > RecipientGrammar.MaxIterations)
            throw CanonicalJson.Invalid("recipient", "has a salt or iterations out of range");
    }

    private DerivedKeks[] InTurn(Recipient recipient)
    {
        if (Volatile.Read(ref _kek) is { } kek && kek.IsNewest(recipient))
            return [kek.Keks];
        if (!HasNewPassphrase)
            return [_keks];
        // No one is asked for the old passphrase before the new one, which is at hand, was tried.
        return _passphrases.Recipient.IsGiven ? [_keks, _newKeks] : [_newKeks, _keks];
    }
}
