using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>A KEK of a registered provider with a Rewrap block.</summary>
internal sealed class RewrappingScriptKek(ScriptKekProvider provider, string reference) : ScriptKek(provider, reference), IReEncryptingKek
{
    /// <summary>Nothing but the block's own word says what it did, so what it gives is unwrapped.</summary>
    public bool AnswerProves => false;

    public bool CanReEncrypt(Recipient source) => Provider.Serves(source);

    public ValueTask<Recipient> ReEncryptAsync(Recipient source, EncryptionContext context, CancellationToken cancellationToken) =>
        Provider.RewrapAsync(source, Reference, context, cancellationToken);
}
