using System.Management.Automation;
using System.Security;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Gives the keyring another passphrase; KEKs stay as they are, and no file has to be rewrapped.</summary>
[Cmdlet(
    VerbsCommon.Set, "EnvelopeKeyring", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.SetEnvelopeKeyring)]
public sealed class SetEnvelopeKeyringCommand : EnvelopeCmdlet
{
    private readonly List<string> _names = [];

    /// <summary>
    /// KEKs of the keyring to bring under the passphrase, such as unprotected ones: local:NAME, or objects from Get-EnvelopeKek.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] Kek { get; set; } = [];

    /// <summary>The passphrase that opens the keyring from now on.</summary>
    [Parameter]
    public SecureString? NewPassphrase { get; set; }

    /// <summary>The passphrase that opens the keyring now.</summary>
    [Parameter]
    public SecureString? KeyringPassphrase { get; set; }

    /// <inheritdoc/>
    protected override SecureString? OpensKeyringFromNowOn => NewPassphrase;

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        OrThrow(() => _names.AddRange(Kek.Select(kek => EnvelopeKekCmdlet.LocalName(KekReference.Parse(kek)))));

    /// <inheritdoc/>
    protected override void EndProcessing() => OrThrow(() =>
    {
        // Not the keyring that the process keeps open: anyone who changes the passphrase has to know the old one.
        using var passphrases = NewPassphrases(KeyringPassphrase);
        using var keyring = NewKeyring(passphrases);
        if (!Approved(keyring.Folder, "Give the keyring a new passphrase"))
            return;
        var changed = keyring.ChangePassphrase(_names, Stop);
        UnlockedKeyring.Lock(changed.Folder);
        WriteSaid();
        foreach (var notice in changed.Notices("-Kek"))
            WriteWarning(notice);
    });
}
