using System.Collections.Concurrent;

namespace EnvelopeCrypto.Keys.Calls;

/// <summary>
/// Remembers KEKs that failed as such, so that a run does not ask a failing one again for each of its files. A wrong key, context or
/// ciphertext is the file's fault and never counts.
/// </summary>
internal sealed class KekBreaker
{
    private readonly ConcurrentDictionary<Scope, EnvelopeException> _failed = new();

    /// <summary>Asks, unless what is asked failed before.</summary>
    /// <exception cref="EnvelopeException">NotTried: it failed before, and why; else what the call fails with.</exception>
    public async ValueTask<T> PassAsync<T>(KekUse use, Func<ValueTask<T>> call)
    {
        if (FailedBefore(use) is { } before)
            throw before;
        try
        {
            return await call();
        }
        catch (EnvelopeException failure)
        {
            Note(use, failure);
            throw;
        }
    }

    /// <summary>NotTried, when what is asked failed before in this run; else null.</summary>
    public EnvelopeException? FailedBefore(KekUse use)
    {
        if (_failed.IsEmpty)
            return null;
        foreach (var scope in new[] { Place(use), OfKek(use), OfOperation(use), OfContext(use) })
        {
            if (_failed.TryGetValue(scope, out var first))
                return new EnvelopeException(EnvelopeError.NotTried, $"not tried, since it failed before: {first.Reason}", first);
        }
        return null;
    }

    /// <summary>Remembers a failure that speaks for more than one file.</summary>
    /// <returns>Whether it is the first of them; also true for one that speaks for its file alone.</returns>
    public bool Note(KekUse use, EnvelopeException failure) =>
        ScopeOf(failure.Error, use) is not { } scope || _failed.TryAdd(scope, failure);

    // How much a failure says about what has not been asked yet. Null when it is about the file alone.
    private static Scope? ScopeOf(EnvelopeError error, KekUse use) => error switch
    {
        EnvelopeError.ConnectionInvalid or EnvelopeError.RegionRequired
            or EnvelopeError.CredentialsMissing or EnvelopeError.CredentialsExpired or EnvelopeError.CredentialsInvalid or EnvelopeError.ClockSkewed
            or EnvelopeError.KeyServiceUnreachable or EnvelopeError.KeyServiceTimeout => Place(use),
        EnvelopeError.KekNotFound or EnvelopeError.KekVersionNotFound or EnvelopeError.KekDisabled or EnvelopeError.KekPendingDeletion
            or EnvelopeError.KeyServiceThrottled
            or EnvelopeError.KeyringLocationUnknown or EnvelopeError.KeyringNotPrivate or EnvelopeError.KeyringDamaged or EnvelopeError.KeyringBusy
            or EnvelopeError.KeyringPassphraseWrong or EnvelopeError.KekProtectionUnavailable
            or EnvelopeError.PassphraseRequired or EnvelopeError.PassphraseInvalid or EnvelopeError.PromptRequired
            or EnvelopeError.CertificateNotFound => OfKek(use),
        EnvelopeError.KekUnsuitable or EnvelopeError.CertificateUnsuitable or EnvelopeError.PrivateKeyMissing => OfOperation(use),
        EnvelopeError.AccessDenied => OfContext(use),
        // A service that was given a file's wrapped key may have failed over that.
        EnvelopeError.KeyServiceFailed when use.Algorithm is null => OfKek(use),
        _ => null,
    };

    // Without credentials or a network no KEK of a service answers, in this Region; another Region may.
    private static Scope Place(KekUse use) => new(use.Kek.Place, Operation: null, Detail: "");

    private static Scope OfKek(KekUse use) => new(use.Name, Operation: null, Detail: "");

    // A file can claim an algorithm that its KEK is not made for, which must not keep other files from being opened.
    private static Scope OfOperation(KekUse use) => new(use.Name, use.Operation, $"alg {use.Algorithm}");

    // A policy can allow a KEK for one operation and one encryption context, and for no other.
    private static Scope OfContext(KekUse use) => new(use.Name, use.Operation, $"ctx {Convert.ToBase64String(use.Context.Bytes)}");

    /// <summary>
    /// What a failure speaks for: a KEK or a service's place, perhaps for one operation, perhaps for one algorithm or encryption context.
    /// </summary>
    private readonly record struct Scope(string Kek, KekOperation? Operation, string Detail);
}
