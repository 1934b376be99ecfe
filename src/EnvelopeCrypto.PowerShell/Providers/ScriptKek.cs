using System.Security.Cryptography;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>A KEK of a registered provider.</summary>
internal class ScriptKek(ScriptKekProvider provider, string reference) : IKek
{
    public string Reference => reference;

    public bool CanUnwrap => true;

    protected ScriptKekProvider Provider => provider;

    /// <summary>By its id: which version of a key wrapped, only the service knows.</summary>
    public bool IsNewest(Recipient recipient) => recipient.Algorithm == RecipientAlgorithm.Provider && recipient.Kid == reference;

    /// <summary>The block gets a copy of the key, which is zeroed when it has ended.</summary>
    public async ValueTask<Recipient> WrapAsync(DataKey dataKey, EncryptionContext context, CancellationToken cancellationToken)
    {
        var key = GC.AllocateArray<byte>(DataKey.Size, pinned: true);
        try
        {
            dataKey.CopyTo(key);
            var recipient = await provider.WrapAsync(key, reference, context, cancellationToken);
            return dataKey.IsBareIn(recipient.WrappedKey.Span)
                ? throw new EnvelopeException(
                    EnvelopeError.KeyServiceFailed,
                    $"the provider of {reference} gave the data key back as its wrapped key, where all could read it.")
                : recipient;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
