using System.Collections;
using System.Management.Automation;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Decrypts envelopes: x.sql.evc becomes x.sql, with its time and mode.</summary>
[Cmdlet(
    VerbsSecurity.Unprotect, "EnvelopeFile", DefaultParameterSetName = "Path", SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.UnprotectEnvelopeFile)]
[OutputType(typeof(EnvelopeFileResult))]
public sealed class UnprotectEnvelopeFileCommand : EnvelopeOutputCmdlet
{
    /// <inheritdoc/>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public override string? DestinationPath { get; set; }

    /// <summary>KEKs that may open files: references, or patterns with *.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] AllowedKek { get; set; } = [];

    /// <summary>Pairs that the envelope's context must have.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? RequiredContext { get; set; }

    /// <summary>Give outputs their sealed names.</summary>
    [Parameter]
    public SwitchParameter RestoreName { get; set; }

    /// <inheritdoc/>
    protected override string[] AllowedKeks => AllowedKek;

    private protected override FileWork<FileResult> Plan()
    {
        var operation = new UnprotectOperation(Session, new UnprotectOptions
        {
            RequiredContext = ContextTable.ReadRequired(RequiredContext),
            RemoveSource = RemoveSource,
            RestoreName = RestoreName,
            Update = Update,
            Force = Force,
            WhatIf = IsWhatIf,
        });
        // In a tree an envelope is known by what it begins with: under another name than NAME.evc it has its sealed one to go by.
        Func<string, string> rename = RestoreName ? path => path : Recurse ? EnvelopeName.ForPlaintextOrSealed : EnvelopeName.ForPlaintext;
        // Sealed names go into a folder, whether it is there yet or not.
        var work = Outputs("Unprotect", rename, onlyFolder: RestoreName, (item, cancellationToken) => operation.UnprotectFileAsync(
            item.Entry.Place,
            item.Target!,
            Advance,
            cancellationToken,
            path => item.Claim(item.Entry, path),
            bySealedName: Recurse && !EnvelopeName.TellsPlaintext(item.Entry.Path)));
        return work with { Batch = work.Batch with { RemovesSources = RemoveSource, FolderMode = Batches.RestoredFolders.Mode } };
    }
}
