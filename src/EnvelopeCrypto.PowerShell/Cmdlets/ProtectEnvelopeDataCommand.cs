using System.Collections;
using System.Management.Automation;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Records;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Encrypts values, or named properties of records, into tokens: texts that fit into a database column or a CSV file.</summary>
[Cmdlet(
    VerbsSecurity.Protect, "EnvelopeData", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.ProtectEnvelopeData)]
[OutputType(typeof(string), typeof(PSObject))]
public sealed class ProtectEnvelopeDataCommand : EnvelopeDataCmdlet
{
    private ProtectRecordOperation? _operation;
    private IReadOnlyList<KekReference> _keks = [];
    private RecordField[] _fields = [];

    /// <summary>The KEKs; any one of them opens the tokens.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] Kek { get; set; } = [];

    /// <summary>Pairs that are authenticated with the data, and not secret. They stand in each token.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary EncryptionContext { get; set; } = new Hashtable();

    /// <summary>
    /// How many records share a data key, so that a key service is asked once for all of them. Anyone who
    /// can open one of them can open them all.
    /// </summary>
    [Parameter]
    [ValidateRange(1, ProtectRecordOptions.MaxRecordsPerDataKey)]
    public int RecordsPerDataKey { get; set; } = ProtectRecordOptions.UsualRecordsPerDataKey;

    /// <summary>
    /// Leave values that are tokens of the same property already, bound to the same names, as they are, instead of refusing them.
    /// </summary>
    [Parameter]
    public SwitchParameter SkipProtected { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        OrThrow(() =>
        {
            _keks = KekDefaults.ToEncrypt(Kek, PersonIsThere);
            _operation = new ProtectRecordOperation(Session, new ProtectRecordOptions
            {
                Keks = _keks,
                Context = ContextTable.Read(EncryptionContext),
                // What is given as an argument comes alone, and needs no mark of a shared data key.
                RecordsPerDataKey = MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(RecordsPerDataKey)) ? RecordsPerDataKey : 1,
                SkipProtected = SkipProtected,
            });
        });
    }

    /// <inheritdoc/>
    protected override bool Begin()
    {
        if (IsWhatIf)
            Await(Session.PreviewAsync(_keks, Stop));
        if (!Approved(Target, $"Protect for {string.Join(", ", _keks)}"))
            return false;
        Await(_operation!.PrepareAsync(Stop));
        return true;
    }

    private protected override void Work(string?[] names, object?[] values, RecordBinding binding, ref int at)
    {
        if (_fields.Length != values.Length)
            _fields = new RecordField[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is byte && names[i] is null)
            {
                throw new EnvelopeException(
                    EnvelopeError.ValueUnsupported, "a pipeline takes bytes apart; give them whole, as -InputObject $bytes or ,$bytes.");
            }
            _fields[i] = new RecordField(names[i], RecordCredential.ToEngine(values[i]));
        }
        try
        {
            var tokens = Await(_operation!.ProtectFieldsAsync(_fields, binding, Stop));
            for (var i = 0; i < values.Length; i++)
                values[i] = tokens[i] ?? values[i]; // what is null stays the null that it is
        }
        finally
        {
            Array.Clear(_fields);
        }
    }
}
