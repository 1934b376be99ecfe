using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Secrets;
using EnvelopeCrypto.Primitives;

namespace EnvelopeCrypto.Keys.Passphrases;

/// <summary>The KEK behind a passphrase: one salt, and so one derivation, for everything that a session wraps with it.</summary>
internal sealed class PassphraseKek(DerivedKeks keks, RandomSource random, TimeProvider time) : IKek
{
    private const int Iterations = KeyDerivation.DefaultIterations;

    private readonly byte[] _salt = NewSalt(random);

    public string Reference => RecipientGrammar.PassphraseKid;

    public bool CanUnwrap => true;

    public DerivedKeks Keks => keks;

    /// <summary>
    /// Whether this session made it. Of any other, no one knows before opening it whether it is under the passphrase that was given
    /// now, so a rewrap makes it again.
    /// </summary>
    public bool IsNewest(Recipient recipient) =>
        recipient.Algorithm == RecipientAlgorithm.Passphrase && recipient.Iterations == Iterations
            && recipient.Salt.Span.SequenceEqual(_salt);

    public ValueTask<Recipient> WrapAsync(DataKey dataKey, EncryptionContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var kek = keks.Copy(_salt, Iterations);
        return ValueTask.FromResult(new Recipient
        {
            Algorithm = RecipientAlgorithm.Passphrase,
            Kid = RecipientGrammar.PassphraseKid,
            IssuedAt = time.GetUtcNow().ToUnixTimeSeconds(),
            Salt = _salt,
            Iterations = Iterations,
            WrappedKey = SealedWrap.Wrap(kek, RecipientAlgorithm.Passphrase, RecipientGrammar.PassphraseKid, dataKey, context, random),
        });
    }

    private static byte[] NewSalt(RandomSource random)
    {
        var salt = new byte[RecipientGrammar.SaltSize];
        random(salt);
        return salt;
    }
}
