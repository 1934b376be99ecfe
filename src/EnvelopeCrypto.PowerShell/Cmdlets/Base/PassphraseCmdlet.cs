using System.Management.Automation;
using System.Security;

namespace EnvelopeCrypto.PowerShell;

/// <summary>A cmdlet that wraps or unwraps with KEKs, and takes the passphrases that some of them need.</summary>
public abstract class PassphraseCmdlet : KeyServiceCmdlet
{
    /// <summary>The passphrase of 'passphrase' recipients.</summary>
    [Parameter]
    public SecureString? Passphrase { get; set; }

    /// <summary>The keyring's passphrase.</summary>
    [Parameter]
    public SecureString? KeyringPassphrase { get; set; }

    /// <inheritdoc/>
    protected override SecureString? RecipientPassphrase => Passphrase;

    /// <inheritdoc/>
    protected override SecureString? OpensKeyring => KeyringPassphrase;
}
