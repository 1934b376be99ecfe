using System.Globalization;
using System.Management.Automation;
using System.Security;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Records;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Replaces the KEKs of tokens; what they hold stays encrypted as it is.</summary>
[Cmdlet(
    VerbsData.Update, "EnvelopeData", DefaultParameterSetName = "Replace", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.UpdateEnvelopeData)]
[OutputType(typeof(string), typeof(PSObject))]
public sealed class UpdateEnvelopeDataCommand : EnvelopeDataCmdlet
{
    private RewrapParameters? _parameters;
    private RewrapOptions _options = new();
    private RewrapRecordOperation? _operation;
    private long _changed;
    private long _unchanged;

    /// <summary>The KEKs that replace others. Without -OldKek tokens end with exactly these.</summary>
    [Parameter(Position = 1, ParameterSetName = "Replace")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] NewKek { get; set; } = [];

    /// <summary>The KEKs to replace. Other recipients stay, and tokens without these are left alone.</summary>
    [Parameter(ParameterSetName = "Replace")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] OldKek { get; set; } = [];

    /// <summary>KEKs to add. Anyone who is added to one token can open all that share its data key.</summary>
    [Parameter(ParameterSetName = "AddRemove")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] AddKek { get; set; } = [];

    /// <summary>KEKs to take away.</summary>
    [Parameter(ParameterSetName = "AddRemove")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] RemoveKek { get; set; } = [];

    /// <summary>Only what was wrapped before this moment; it is wrapped again, by the same KEKs when no others are named.</summary>
    [Parameter]
    public DateTime? WrappedBefore { get; set; }

    /// <summary>KEKs that may open tokens: references, or patterns with *.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] AllowedKek { get; set; } = [];

    /// <summary>Drop old recipients although nothing proved the new ones.</summary>
    [Parameter]
    public SwitchParameter NoReadBack { get; set; }

    /// <summary>The passphrase of new 'passphrase' recipients.</summary>
    [Parameter]
    public SecureString? NewPassphrase { get; set; }

    /// <inheritdoc/>
    protected override SecureString? NewRecipientPassphrase => NewPassphrase;

    /// <inheritdoc/>
    protected override string[] AllowedKeks => AllowedKek;

    /// <inheritdoc/>
    protected override bool ForRewrap => true;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        OrThrow(() =>
        {
            _parameters = new RewrapParameters(NewKek, OldKek, AddKek, RemoveKek, WrappedBefore);
            if (_parameters.IsEmpty)
            {
                throw new EnvelopeException(
                    EnvelopeError.KekRequired, "choose what to do: -NewKek, -AddKek, -RemoveKek or -WrappedBefore.");
            }
            _options = _parameters.ToOptions() with { NoReadBack = NoReadBack };
            _operation = new RewrapRecordOperation(Session, _options);
        });
    }

    /// <inheritdoc/>
    protected override bool Begin()
    {
        if (IsWhatIf)
            Await(Session.PreviewAsync([.. _options.NewKeks, .. _options.AddKeks], Stop));
        if (!Approved(Target, RewrapParameters.Action([.. _parameters!.Steps()])))
            return false;
        Await(_operation!.PrepareAsync(Stop));
        return true;
    }

    private protected override void Work(string?[] names, object?[] values, RecordBinding binding, ref int at)
    {
        var changed = 0;
        for (at = 0; at < values.Length; at++)
        {
            if (TokenOf(values[at]) is not { } token)
                continue;
            var result = Await(names[at] is { } name ? _operation!.RewrapFieldAsync(name, token, binding, Stop) : _operation!.RewrapValueAsync(token, Stop));
            values[at] = result.Token;
            changed += result.IsChanged ? 1 : 0;
        }
        _changed += changed;
        _unchanged += values.Length - changed;
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        WriteVerbose(string.Create(CultureInfo.InvariantCulture, $"{_changed:N0} tokens rewrapped, {_unchanged:N0} left as they were."));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _operation?.Dispose();
        base.Dispose(disposing);
    }
}
