using System.Collections;
using System.Management.Automation;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Makes a data key under a KEK.</summary>
[Cmdlet(VerbsCommon.New, "DataKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, HelpUri = HelpPages.NewDataKey)]
[OutputType(typeof(EnvelopeDataKey))]
public sealed class NewDataKeyCommand : PassphraseCmdlet
{
    /// <summary>The KEK that wraps the key; else the one that $env:ENVELOPECRYPTO_KEK names.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string? Kek { get; set; }

    /// <summary>Pairs that the wrapped key is bound to, and that have to be given again to unwrap it.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary EncryptionContext { get; set; } = new Hashtable();

    /// <summary>Only the wrapped key. A key service keeps the plaintext to itself; with any other KEK it is made here and zeroed.</summary>
    [Parameter]
    public SwitchParameter WithoutPlaintext { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(Kek, () =>
    {
        var references = KekDefaults.ToEncrypt(Kek is null ? [] : [Kek], PersonIsThere);
        if (references.Count > 1)
        {
            throw new EnvelopeException(
                EnvelopeError.KekRequired, $"a data key has one KEK, and {KekDefaults.KekVariable} names {references.Count}; give -Kek.");
        }
        var context = ContextTable.Read(EncryptionContext);
        Await(Session.PreviewAsync(references, Stop));
        if (Approved(references[0].Text, "Make a data key under this KEK"))
            Write(Make(references[0], context));
    });

    private EnvelopeDataKey Make(KekReference reference, EncryptionContext context)
    {
        var keks = Await(Session.OpenAsync([reference], Stop));
        if (WithoutPlaintext)
        {
            return new EnvelopeDataKey(
                dataKey: null, Await(Session.GenerateWithoutPlaintextAsync(keks[0], context, path: null, Stop)), context);
        }
        var (dataKey, recipients) = Await(Session.GenerateAsync(keks, context, path: null, Stop));
        return new EnvelopeDataKey(dataKey, recipients[0], context);
    }
}
