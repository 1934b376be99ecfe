using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys;

/// <summary>The kinds of KEKs that a session can reach, in the order in which recipients are tried. Disposes them.</summary>
internal sealed class KekProviders(IEnumerable<IKekProvider> providers) : IDisposable
{
    private readonly IReadOnlyList<IKekProvider> _providers = [.. providers.OrderBy(provider => provider.Turn)];

    /// <exception cref="EnvelopeException">KekProviderMissing.</exception>
    public IKekProvider Of(KekReference reference) => Find(reference)
        ?? throw new EnvelopeException(EnvelopeError.KekProviderMissing, $"{reference}: no provider for this kind of KEK is loaded.");

    /// <exception cref="EnvelopeException">KekProviderMissing.</exception>
    public IKekProvider Of(Recipient recipient) => Find(recipient) ?? throw new EnvelopeException(
        EnvelopeError.KekProviderMissing,
        recipient.IsKnown ? "no provider for this kind of KEK is loaded." : "this program does not know this kind of recipient.");

    /// <summary>
    /// What the keyring calls a KEK in canonical form that is lost together with it, <c>local:NAME</c>; null for any other.
    /// </summary>
    public string? NameInKeyring(string kek) =>
        _providers.Select(provider => provider.NameInKeyring(kek)).FirstOrDefault(name => name is not null);

    public IKekProvider? Find(KekReference reference) => _providers.FirstOrDefault(provider => provider.Serves(reference));

    public IKekProvider? Find(Recipient recipient) =>
        recipient.IsKnown ? _providers.FirstOrDefault(provider => provider.Serves(recipient)) : null;

    /// <summary>
    /// What is near goes first; what no provider serves is told of last. Of passphrases the one that is hashed least goes first: anyone who
    /// can write a file can add one that costs more and opens nothing.
    /// </summary>
    public IEnumerable<Recipient> InTurn(IEnumerable<Recipient> recipients) =>
        recipients.OrderBy(recipient => Find(recipient)?.Turn ?? UnwrapPriority.Passphrase).ThenBy(recipient => recipient.Iterations);

    public void Dispose()
    {
        foreach (var provider in _providers)
            provider.Dispose();
    }
}
