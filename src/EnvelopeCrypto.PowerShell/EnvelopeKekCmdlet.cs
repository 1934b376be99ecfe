using System.Management.Automation;
using System.Security;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>A cmdlet that does something with each of some KEKs of the keyring.</summary>
public abstract class EnvelopeKekCmdlet : EnvelopeCmdlet
{
    /// <summary>KEKs of the keyring: local:NAME, or objects from Get-EnvelopeKek.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] Kek { get; set; } = [];

    /// <summary>The keyring's passphrase.</summary>
    [Parameter]
    public SecureString? KeyringPassphrase { get; set; }

    /// <inheritdoc/>
    protected override SecureString? OpensKeyring => KeyringPassphrase;

    /// <summary>The work on one KEK.</summary>
    protected abstract void Work(KekReference kek);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var kek in Kek)
            Attempt(kek, () => Work(Local(kek)));
    }

    /// <summary>Does something with a KEK by way of the session, so that whoever watches the use of KEKs sees it.</summary>
    protected T Manage<T>(KekOperation operation, KekReference kek, Func<T> action) =>
        Await(Session.ManageAsync(operation, kek.Text, () => ValueTask.FromResult(action()), Stop));

    private static KekReference Local(string text)
    {
        var kek = KekReference.Parse(text);
        return kek.Kind == KekKind.Local
            ? kek
            : throw new EnvelopeException(EnvelopeError.KekProviderMissing, $"{kek}: only KEKs of the local keyring (local:NAME) can be managed here.");
    }
}
