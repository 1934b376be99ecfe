using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys;

/// <summary>One kind of place where KEKs live. A provider belongs to one <see cref="KekSession"/> and may keep what it unlocked.</summary>
public interface IKekProvider : IDisposable
{
    /// <summary>When its recipients are tried: lower first. See <see cref="UnwrapPriority"/>.</summary>
    UnwrapPriority Turn { get; }

    /// <summary>Whether references like this one are its own.</summary>
    bool Serves(KekReference reference);

    /// <summary>Whether recipients like this one are its own.</summary>
    bool Serves(Recipient recipient);

    /// <summary>The canonical form of a reference, for comparing. Makes nothing, unlocks nothing.</summary>
    ValueTask<string> IdentifyAsync(KekReference reference, CancellationToken cancellationToken);

    /// <summary>
    /// Every canonical form that recipients of this KEK can have, for comparing: one, but for a key pair of the keyring, whose versions
    /// have one each, that which wraps first.
    /// </summary>
    internal async ValueTask<IReadOnlyList<string>> IdentifyAllAsync(KekReference reference, CancellationToken cancellationToken) =>
        [await IdentifyAsync(reference, cancellationToken)];

    /// <summary>Whether recipients of this provider can be meant by references like this one.</summary>
    internal bool CanBeNamedBy(KekReference reference) => Serves(reference);

    /// <summary>
    /// What the keyring calls a KEK in canonical form that is lost together with it, <c>local:NAME</c>; null for any other.
    /// </summary>
    internal string? NameInKeyring(string kek) => null;

    /// <summary>
    /// Looks whether a KEK could be opened, as far as that is known without making, unlocking or asking anything: for previews.
    /// </summary>
    /// <returns>Its canonical form.</returns>
    /// <exception cref="EnvelopeException">KekNotFound and others that opening it would fail with.</exception>
    ValueTask<string> PreviewAsync(KekReference reference, CancellationToken cancellationToken) =>
        IdentifyAsync(reference, cancellationToken);

    /// <summary>Finds the KEK and makes it ready to wrap.</summary>
    /// <exception cref="EnvelopeException">KekNotFound and whatever the place can fail with.</exception>
    ValueTask<IKek> OpenAsync(KekReference reference, CancellationToken cancellationToken);

    /// <summary>Whether a recipient may be tried when the user named no allowed KEKs.</summary>
    ValueTask<bool> IsAllowedByDefaultAsync(Recipient recipient, CancellationToken cancellationToken);

    /// <summary>Unwraps a data key. The caller disposes it.</summary>
    /// <exception cref="EnvelopeException">
    /// WrappedKeyInvalid when it does not open; KekNotFound, KekVersionNotFound, PrivateKeyMissing and others when it cannot be tried.
    /// </exception>
    ValueTask<DataKey> UnwrapAsync(Recipient recipient, EncryptionContext context, CancellationToken cancellationToken);

    /// <summary>That a KEK which this run keeps in memory is also still where the next run will look for it.</summary>
    /// <exception cref="EnvelopeException">KekNotFound, KekVersionNotFound and others that opening it would fail with.</exception>
    internal void RequireStillThere(Recipient recipient)
    {
        // A key service answers for itself each time that it is asked.
    }
}
