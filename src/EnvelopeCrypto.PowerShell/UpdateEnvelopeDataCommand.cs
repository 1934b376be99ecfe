using System.Globalization;
using System.Management.Automation;
using System.Security;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Records;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Replaces the KEKs of tokens; what they hold stays encrypted as it is.</summary>
[Cmdlet(VerbsData.Update, "EnvelopeData", DefaultParameterSetName = "Replace", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(string), typeof(PSObject))]
public sealed class UpdateEnvelopeDataCommand : EnvelopeDataCmdlet
{
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

    /// <summary>KEKs to add. Whoever is added to one token can open all that share its data key.</summary>
    [Parameter(ParameterSetName = "AddRemove")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] AddKek { get; set; } = [];

    /// <summary>KEKs to take away.</summary>
    [Parameter(ParameterSetName = "AddRemove")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] RemoveKek { get; set; } = [];

    /// <summary>Only what was wrapped before this moment; it is wrapped anew, by the same KEKs when no others are named.</summary>
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
    protected override string[] MayOpen => AllowedKek;

    /// <inheritdoc/>
    protected override bool ForRewrap => true;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        OrThrow(() =>
        {
            RequireSense();
            _operation = new RewrapRecordOperation(Session, new RewrapOptions
            {
                NewKeks = References(NewKek),
                OldKeks = References(OldKek),
                AddKeks = References(AddKek),
                RemoveKeks = References(RemoveKek),
                WrappedBefore = WrappedBefore is { } moment ? new DateTimeOffset(moment) : null,
                NoReadBack = NoReadBack,
            });
        });
    }

    /// <inheritdoc/>
    protected override bool Begin()
    {
        if (IsWhatIf)
            Await(Session.PreviewAsync(References([.. NewKek, .. AddKek]), Stop));
        if (!Approved(Target, Action()))
            return false;
        Await(_operation!.PrepareAsync(Stop));
        return true;
    }

    private protected override void Work(string?[] names, object?[] values, RecordBinding binding, ref int at)
    {
        var changed = 0;
        for (at = 0; at < values.Length; at++)
        {
            if (TokenOf(names[at], values[at]) is not { } token)
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

    private static KekReference[] References(string[] texts) => [.. texts.Select(KekReference.Parse)];

    // What would be passed over in silence could be the KEK that was to go.
    private void RequireSense()
    {
        var changes = AddKek.Length + RemoveKek.Length > 0;
        if (NewKek.Length == 0 && !changes && WrappedBefore is null)
            throw new EnvelopeException(EnvelopeError.KekRequired, "say what is wanted: -NewKek, -AddKek, -RemoveKek or -WrappedBefore.");
        if (OldKek.Length > 0 && NewKek.Length == 0)
            throw new EnvelopeException(EnvelopeError.KekRequired, "-OldKek needs -NewKek; to take a KEK away use -RemoveKek.");
        if (new RewrapOptions { AddKeks = References(AddKek), RemoveKeks = References(RemoveKek) }.AddedAndRemoved is { } both)
            throw new EnvelopeException(EnvelopeError.KekReferenceInvalid, $"{both} is given to -AddKek and to -RemoveKek; to wrap anew by the same KEK use -WrappedBefore.");
        if (changes && WrappedBefore is not null)
            throw new EnvelopeException(EnvelopeError.KekReferenceInvalid, "-WrappedBefore replaces; it does not go with -AddKek or -RemoveKek.");
    }

    private string Action()
    {
        var steps = new List<string>();
        if (NewKek.Length > 0)
            steps.Add($"Replace {(OldKek.Length == 0 ? "all KEKs" : string.Join(", ", OldKek))} by {string.Join(", ", NewKek)}");
        if (AddKek.Length > 0)
            steps.Add($"Add {string.Join(", ", AddKek)}");
        if (RemoveKek.Length > 0)
            steps.Add($"Remove {string.Join(", ", RemoveKek)}");
        return steps.Count == 0 ? "Wrap anew by the same KEKs" : string.Join("; ", steps);
    }
}
