using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Files;

/// <summary>
/// A KEK by its name alone, for a preview, which opens and asks nothing. Which version is the newest, only its keyring or service would
/// say: so no recipient counts as made by that.
/// </summary>
internal sealed class NamedKek(string reference) : IKek
{
    public string Reference => reference;

    public bool CanUnwrap => false;

    public bool IsNewest(Recipient recipient) => false;

    public ValueTask<Recipient> WrapAsync(DataKey dataKey, EncryptionContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A preview wraps nothing.");
}
