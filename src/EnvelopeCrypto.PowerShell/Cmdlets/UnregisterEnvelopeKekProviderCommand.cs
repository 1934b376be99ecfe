using System.Management.Automation;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Takes providers away from this runspace. Pipelines under way end with them.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "EnvelopeKekProvider", HelpUri = HelpPages.UnregisterEnvelopeKekProvider)]
public sealed class UnregisterEnvelopeKekProviderCommand : PSCmdlet
{
    /// <summary>Their names, or objects of Get-EnvelopeKekProvider.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekProviderCompleter))]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            if (!KekProviderTable.Remove(name))
            {
                var missing = new EnvelopeException(
                    EnvelopeError.KekProviderMissing, $"no provider '{name}' is registered in this runspace.");
                WriteError(ErrorTable.ToRecord(missing, name, MyInvocation.MyCommand.Parameters.Keys));
            }
        }
    }
}
