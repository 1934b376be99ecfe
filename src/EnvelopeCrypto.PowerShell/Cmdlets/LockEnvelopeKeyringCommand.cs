using System.Management.Automation;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Drops the keyring that Unlock-EnvelopeKeyring keeps open. Pipelines under way end with it.</summary>
[Cmdlet(VerbsCommon.Lock, "EnvelopeKeyring", HelpUri = HelpPages.LockEnvelopeKeyring)]
public sealed class LockEnvelopeKeyringCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() =>
        WriteVerbose(UnlockedKeyring.Lock() ? "The keyring is locked." : "The keyring was not kept open.");
}
