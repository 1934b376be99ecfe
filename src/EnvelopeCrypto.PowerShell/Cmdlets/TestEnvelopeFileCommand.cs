using System.Collections;
using System.Management.Automation;
using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Proves that envelopes decrypt, and writes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EnvelopeFile", DefaultParameterSetName = "Path", HelpUri = HelpPages.TestEnvelopeFile)]
[OutputType(typeof(EnvelopeTestResult), typeof(bool))]
public sealed class TestEnvelopeFileCommand : EnvelopeFileCmdlet<VerifyResult>
{
    private bool _allValid = true;
    private bool _anyTested;

    /// <summary>Only prove that a KEK opens the file; its data is not read.</summary>
    [Parameter]
    public SwitchParameter HeaderOnly { get; set; }

    /// <summary>One Boolean for all files: whether there was one, and each is valid.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Every recipient must be one of these: references, or patterns with *.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] OnlyKek { get; set; } = [];

    /// <summary>Every recipient must stay closed to a quantum computer: a file that RSA opens too is not valid.</summary>
    [Parameter]
    public SwitchParameter OnlyPostQuantum { get; set; }

    /// <summary>KEKs that may open files: references, or patterns with *.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] AllowedKek { get; set; } = [];

    /// <summary>Pairs that the envelope's context must have.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? RequiredContext { get; set; }

    /// <inheritdoc/>
    protected override string[] AllowedKeks => AllowedKek;

    private protected override FileWork<VerifyResult> Plan()
    {
        var operation = new VerifyOperation(Session, new VerifyOptions
        {
            HeaderOnly = HeaderOnly,
            OnlyKeks = OnlyKek,
            OnlyPostQuantum = OnlyPostQuantum,
            RequiredContext = ContextTable.ReadRequired(RequiredContext),
        });
        return new FileWork<VerifyResult>
        {
            Batch = new BatchOptions { ReadOnly = true, Prepare = operation.PrepareAsync },
            WorkAsync = (item, cancellationToken) => operation.VerifyFileAsync(item.Entry.Place, Advance, cancellationToken),
            Write = WriteResult,
            WriteNotTried = (path, failure) => WriteResult(
                new VerifyResult { SourcePath = path, Valid = false, Error = failure.Error, Reason = failure.Reason }),
        };
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        if (Quiet)
            Write(_anyTested && _allValid && !AnyFailed);
    }

    private void WriteResult(VerifyResult result)
    {
        _anyTested = true;
        _allValid &= result.Valid;
        if (!Quiet)
            WriteUnlessSummed(new EnvelopeTestResult(result));
    }
}
