namespace EnvelopeCrypto.Keys;

/// <summary>The passphrases that a session may need, each with a source of its own.</summary>
public sealed class KekPassphrases(IPassphrasePrompt? prompt = null) : IDisposable
{
    /// <summary>Opens and makes passphrase recipients: <c>ENVELOPECRYPTO_PASSPHRASE</c>.</summary>
    public PassphraseSource Recipient { get; } = new("ENVELOPECRYPTO_PASSPHRASE", "the passphrase", prompt);

    /// <summary>Makes the new passphrase recipients of a rewrap: <c>ENVELOPECRYPTO_NEW_PASSPHRASE</c>.</summary>
    public PassphraseSource NewRecipient { get; } = new("ENVELOPECRYPTO_NEW_PASSPHRASE", "the new passphrase", prompt);

    /// <summary>Opens the keyring: <c>ENVELOPECRYPTO_KEYRING_PASSPHRASE</c>.</summary>
    public PassphraseSource Keyring { get; } = new("ENVELOPECRYPTO_KEYRING_PASSPHRASE", "the keyring's passphrase", prompt);

    /// <summary>The keyring's next passphrase, where it is changed: <c>ENVELOPECRYPTO_NEW_KEYRING_PASSPHRASE</c>.</summary>
    internal PassphraseSource NewKeyring { get; } = new("ENVELOPECRYPTO_NEW_KEYRING_PASSPHRASE", "the keyring's new passphrase", prompt);

    /// <summary>Opens a certificate's private key in a .pfx or .pem file: <c>ENVELOPECRYPTO_CERTIFICATE_PASSPHRASE</c>.</summary>
    public PassphraseSource Certificate { get; } = new(
        "ENVELOPECRYPTO_CERTIFICATE_PASSPHRASE", "the passphrase of the certificate's private key", prompt);

    /// <inheritdoc/>
    public void Dispose()
    {
        Recipient.Dispose();
        NewRecipient.Dispose();
        Keyring.Dispose();
        NewKeyring.Dispose();
        Certificate.Dispose();
    }
}
