using System.Collections;
using System.Management.Automation;
using EnvelopeCrypto.Records;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Decrypts tokens: values come back in the type that they had.</summary>
[Cmdlet(VerbsSecurity.Unprotect, "EnvelopeData", HelpUri = HelpPages.UnprotectEnvelopeData)]
[OutputType(typeof(object), typeof(PSObject))]
public sealed class UnprotectEnvelopeDataCommand : EnvelopeDataCmdlet
{
    private UnprotectRecordOperation? _operation;

    /// <summary>KEKs that may open tokens: references, or patterns with *.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] AllowedKek { get; set; } = [];

    /// <summary>Pairs that each token's encryption context must have.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? RequiredContext { get; set; }

    /// <inheritdoc/>
    protected override string[] AllowedKeks => AllowedKek;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        OrThrow(() => _operation = new UnprotectRecordOperation(Session, new UnprotectRecordOptions { RequiredContext = ContextTable.ReadRequired(RequiredContext) }));
    }

    /// <inheritdoc/>
    protected override bool Begin() => true;

    private protected override void Work(string?[] names, object?[] values, RecordBinding binding, ref int at)
    {
        for (at = 0; at < values.Length; at++)
        {
            if (TokenOf(values[at]) is { } token)
                values[at] = RecordCredential.FromEngine(Await(Open(names[at], token, binding)));
        }
    }

    private ValueTask<object> Open(string? name, string token, RecordBinding binding) =>
        name is null ? _operation!.UnprotectValueAsync(token, Stop) : _operation!.UnprotectFieldAsync(name, token, binding, Stop);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _operation?.Dispose();
        base.Dispose(disposing);
    }
}
