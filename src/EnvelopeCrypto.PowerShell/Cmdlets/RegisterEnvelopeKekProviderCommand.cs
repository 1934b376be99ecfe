using System.Management.Automation;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// Makes KEKs of another key service usable in this runspace, as NAME:ID, by script blocks. An error that a block lets through is a
/// failure, even when it gives an answer too.
/// </summary>
[Cmdlet(VerbsLifecycle.Register, "EnvelopeKekProvider", HelpUri = HelpPages.RegisterEnvelopeKekProvider)]
public sealed class RegisterEnvelopeKekProviderCommand : PSCmdlet
{
    /// <summary>What references begin with: a-z, 0-9 and -, up to 32 characters. Built-in names are reserved.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>
    /// param($key, $id, $context): gives the 32 bytes of $key wrapped, as bytes or text, up to 8 KiB. $key is zeroed afterwards.
    /// </summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNull]
    public ScriptBlock? Wrap { get; set; }

    /// <summary>
    /// param($wrapped, $id, $context): gives the 32 bytes, as ',$bytes', which are zeroed once they were read. $wrapped is bytes; a text
    /// comes back as UTF-8.
    /// </summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNull]
    public ScriptBlock? Unwrap { get; set; }

    /// <summary>
    /// param($wrapped, $oldId, $newId, $context): lets the service wrap again, so that the data key stays there. What it gives is unwrapped
    /// to prove it, unless -NoReadBack is given.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? Rewrap { get; set; }

    /// <summary>param($id): a table or an object with what Get-EnvelopeKek is to show.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? Describe { get; set; }

    /// <summary>Replace the provider of this name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            Register();
        }
        catch (EnvelopeException failure)
        {
            ThrowTerminatingError(ErrorTable.ToRecord(failure, Name, MyInvocation.MyCommand.Parameters.Keys));
        }
    }

    private void Register()
    {
        if (!KekReference.IsProviderName(Name))
        {
            throw new EnvelopeException(
                EnvelopeError.KekReferenceInvalid,
                $"'{Name}' cannot name a provider: it has 1 to 32 of the characters a-z 0-9 -, begins with a letter, and is not a "
                + "built-in kind of KEK.");
        }
        if (!Force && KekProviderTable.Find(Name) is not null)
            throw new EnvelopeException(EnvelopeError.KekProviderExists, $"a provider '{Name}' is registered in this runspace already.");
        KekProviderTable.Set(new EnvelopeKekProvider { Name = Name, Wrap = Wrap!, Unwrap = Unwrap!, Rewrap = Rewrap, Describe = Describe });
    }
}
