using System.Collections.Concurrent;

namespace EnvelopeCrypto.Keys;

/// <summary>
/// Remembers KEKs that failed as such, so that a run does not ask a failing one again for each of its files. A wrong key, context or
/// ciphertext is the file's fault and never counts.
/// </summary>
internal sealed class KekBreaker
{
    private readonly ConcurrentDictionary<string, EnvelopeException> _failed = new(StringComparer.Ordinal);

    /// <exception cref="EnvelopeException">NotTried: it failed before, and why.</exception>
    public void Require(string kek)
    {
        if (_failed.TryGetValue(kek, out var first))
            throw new EnvelopeException(EnvelopeError.NotTried, $"not tried, since it failed before: {first.Reason}", first);
    }

    public void Report(string kek, EnvelopeException failure)
    {
        if (IsOfKek(failure.Error))
            _failed.TryAdd(kek, failure);
    }

    private static bool IsOfKek(EnvelopeError error) => error
        is EnvelopeError.KekNotFound or EnvelopeError.KekVersionNotFound
        or EnvelopeError.KeyringLocationUnknown or EnvelopeError.KeyringNotPrivate or EnvelopeError.KeyringDamaged or EnvelopeError.KeyringBusy
        or EnvelopeError.KeyringPassphraseWrong or EnvelopeError.KekProtectionUnavailable
        or EnvelopeError.PassphraseRequired or EnvelopeError.PassphraseInvalid or EnvelopeError.PromptRequired
        or EnvelopeError.CertificateNotFound or EnvelopeError.CertificateUnsuitable or EnvelopeError.PrivateKeyMissing;
}
