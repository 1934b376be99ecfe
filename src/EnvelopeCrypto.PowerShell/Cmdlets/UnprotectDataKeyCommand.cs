using System.Collections;
using System.Management.Automation;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Unwraps a data key that was stored.</summary>
[Cmdlet(VerbsSecurity.Unprotect, "DataKey", DefaultParameterSetName = "WrappedKey", HelpUri = HelpPages.UnprotectDataKey)]
[OutputType(typeof(EnvelopeDataKey))]
public sealed class UnprotectDataKeyCommand : PassphraseCmdlet
{
    /// <summary>The wrapped key as text, from New-DataKey.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "WrappedKey", ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string WrappedKey { get; set; } = "";

    /// <summary>An object of New-DataKey, with its context.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "InputObject", ValueFromPipeline = true)]
    [ValidateNotNull]
    public EnvelopeDataKey? InputObject { get; set; }

    /// <summary>The pairs that the key was wrapped with.</summary>
    [Parameter(ParameterSetName = "WrappedKey")]
    [ValidateNotNull]
    public IDictionary EncryptionContext { get; set; } = new Hashtable();

    /// <summary>KEKs that may unwrap the key: references, or patterns with *.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] AllowedKek { get; set; } = [];

    /// <inheritdoc/>
    protected override string[] AllowedKeks => AllowedKek;

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(InputObject?.WrappedKey ?? WrappedKey, () =>
    {
        var context = InputObject is null ? ContextTable.Read(EncryptionContext) : Format.EncryptionContext.Create(InputObject.Context);
        var recipient = Read(InputObject?.WrappedKey ?? WrappedKey);
        // There is nothing that it encrypts, and so nothing that it has to fit: the wrap itself proves the key and its context.
        var opened = Await(Session.UnwrapAsync([recipient], new KeySubject(context), _ => true, Stop));
        Write(new EnvelopeDataKey(opened.DataKey, recipient, context));
    });

    private static Recipient Read(string wrappedKey)
    {
        try
        {
            return Recipient.FromText(wrappedKey);
        }
        catch (EnvelopeException failure)
        {
            throw new EnvelopeException(
                EnvelopeError.WrappedKeyInvalid,
                "this is not a wrapped key; New-DataKey gives one as WrappedKey, and that text is what has to come back.",
                failure);
        }
    }
}
