using System.Management.Automation;
using System.Security;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Opens the keyring and keeps it open for this process, in all its runspaces, until it is locked.</summary>
[Cmdlet(VerbsCommon.Unlock, "EnvelopeKeyring", HelpUri = HelpPages.UnlockEnvelopeKeyring)]
public sealed class UnlockEnvelopeKeyringCommand : EnvelopeCmdlet
{
    /// <summary>After which the keyring is locked again; a number is seconds. Without it: when the process ends.</summary>
    [Parameter(Position = 0)]
    [SecondsTransformation]
    public TimeSpan? Timeout { get; set; }

    /// <summary>The keyring's passphrase.</summary>
    [Parameter]
    public SecureString? KeyringPassphrase { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() => OrThrow(() =>
    {
        var passphrases = NewPassphrases(KeyringPassphrase);
        var keyring = NewKeyring(passphrases);
        var isKept = false;
        try
        {
            isKept = keyring.Unlock();
            if (isKept)
                UnlockedKeyring.Keep(keyring, passphrases, Timeout);
            else
            {
                WriteWarning(keyring.Names().Count == 0
                    ? "The keyring has no KEK yet, so there is nothing to unlock: New-EnvelopeKek local:NAME makes one."
                    : "No passphrase protects this keyring, so there is nothing to unlock.");
            }
        }
        finally
        {
            if (!isKept)
            {
                keyring.Dispose();
                passphrases.Dispose();
            }
        }
    });
}
