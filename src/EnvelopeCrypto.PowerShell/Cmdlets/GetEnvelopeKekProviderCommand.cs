using System.Management.Automation;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Lists the providers that were registered in this runspace.</summary>
[Cmdlet(VerbsCommon.Get, "EnvelopeKekProvider", HelpUri = HelpPages.GetEnvelopeKekProvider)]
[OutputType(typeof(EnvelopeKekProvider))]
public sealed class GetEnvelopeKekProviderCommand : PSCmdlet
{
    /// <summary>Their names, with wildcards. All when left out.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekProviderCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
            var found = KekProviderTable.Registered.Where(provider => pattern.IsMatch(provider.Name)).ToList();
            if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
                WriteError(ErrorTable.ToRecord(new EnvelopeException(EnvelopeError.KekProviderMissing, $"no provider '{name}' is registered in this runspace."), name, MyInvocation.MyCommand.Parameters.Keys));
            WriteObject(found, enumerateCollection: true);
        }
    }
}
