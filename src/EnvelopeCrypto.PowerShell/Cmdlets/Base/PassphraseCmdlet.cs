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

    /// <summary>The passphrase of a certificate's private key, in a .pfx or .pem file.</summary>
    [Parameter]
    public SecureString? CertificatePassphrase { get; set; }

    /// <inheritdoc/>
    protected override SecureString? RecipientPassphrase => Passphrase;

    /// <inheritdoc/>
    protected override SecureString? OpensKeyring => KeyringPassphrase;

    /// <inheritdoc/>
    protected override SecureString? OpensCertificate => CertificatePassphrase;
}
