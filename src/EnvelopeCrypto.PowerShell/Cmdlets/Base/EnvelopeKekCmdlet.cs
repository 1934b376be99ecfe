using System.Management.Automation;
using System.Security;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>A cmdlet that does something with each of some KEKs.</summary>
public abstract class EnvelopeKekCmdlet : KeyServiceCmdlet
{
    /// <summary>KEKs: local:NAME, or objects from Get-EnvelopeKek; where AWS KMS can do it, its keys too.</summary>
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
            Attempt(kek, () => Work(KekReference.Parse(kek)));
    }

    /// <summary>For the person at the shell, as Write-Host says it: neither a result nor a warning.</summary>
    private protected void Say(string text) =>
        Guarded(() => WriteInformation(new HostInformationMessage { Message = text }, ["PSHOST"]));

    private protected static string ExportOf(string name) => $"Export-EnvelopeKek local:{name} ./{name}.kek.evc -BackupKek passphrase";

    /// <summary>Does something with a KEK by way of the session, so that anyone who watches the use of KEKs sees it.</summary>
    protected T Manage<T>(KekOperation operation, KekReference kek, Func<T> action) =>
        Await(Session.ManageAsync(operation, kek.Text, () => ValueTask.FromResult(action()), Stop));

    /// <summary>The name of a KEK of the keyring.</summary>
    /// <param name="kek">The KEK.</param>
    /// <param name="andOthers">Which others this can be done with, for the error: " and ...".</param>
    /// <exception cref="EnvelopeException">KekUnsuitable for another kind of KEK.</exception>
    internal static string LocalName(KekReference kek, string andOthers = "") => kek.Kind == KekKind.Local
        ? kek.Id
        : throw new EnvelopeException(
            EnvelopeError.KekUnsuitable,
            $"{kek}: this can be done with KEKs of the local keyring (local:NAME){andOthers} only; any other is looked after where it is kept.");
}
