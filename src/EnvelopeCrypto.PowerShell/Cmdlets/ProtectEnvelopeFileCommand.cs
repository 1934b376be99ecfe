using System.Collections;
using System.Management.Automation;
using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.PowerShell;

/// <summary>Encrypts files, or trees with -Recurse: x.sql becomes x.sql.evc.</summary>
[Cmdlet(
    VerbsSecurity.Protect, "EnvelopeFile", DefaultParameterSetName = "Path", SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.ProtectEnvelopeFile)]
[OutputType(typeof(EnvelopeFileResult))]
public sealed class ProtectEnvelopeFileCommand : EnvelopeOutputCmdlet
{
    private SharedDataKey? _dataKey;
    private long _otherKeks;

    /// <summary>The KEKs; any one of them opens the envelope.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KekCompleter))]
    public string[] Kek { get; set; } = [];

    /// <summary>Pairs that are authenticated with the data, and not secret.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary EncryptionContext { get; set; } = new Hashtable();

    /// <summary>
    /// How many files share a data key, so that a key service is asked once for all of them. Anyone who
    /// can open one of them can open them all.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int FilesPerDataKey { get; set; } = 1;

    /// <summary>The data key for all files, from New-DataKey or Unprotect-DataKey, with its KEK and context.</summary>
    [Parameter]
    [ValidateNotNull]
    public EnvelopeDataKey? DataKey { get; set; }

    /// <summary>Encrypt envelopes once more.</summary>
    [Parameter]
    public SwitchParameter AllowNested { get; set; }

    /// <summary>Seal no name, length, time and mode.</summary>
    [Parameter]
    public SwitchParameter NoMetadata { get; set; }

    private protected override FileWork<FileResult> Plan()
    {
        var operation = new ProtectOperation(Session, new ProtectOptions
        {
            Keks = DataKey is null ? NamedKeks() : NoKeks(),
            Context = DataKey is null || EncryptionContext.Count > 0
                ? ContextTable.Read(EncryptionContext)
                : Format.EncryptionContext.Create(DataKey.Context),
            FilesPerDataKey = FilesPerDataKey,
            DataKey = DataKey is null ? null : (_dataKey = DataKey.ForFiles()),
            Update = Update,
            Force = Force,
            WhatIf = IsWhatIf,
            RemoveSource = RemoveSource,
            AllowNested = AllowNested,
            NoMetadata = NoMetadata,
        });
        var work = Outputs("Protect", EnvelopeName.ForEnvelope, onlyFolder: false, (item, cancellationToken) =>
            operation.ProtectFileAsync(item.Entry.Place, item.Target!, Advance, cancellationToken));
        return work with
        {
            Selection = work.Selection with { EnvelopesOnly = false, TakesEnvelopes = AllowNested },
            Batch = work.Batch with { Prepare = operation.PrepareAsync },
            Write = result => work.Write(Counted(result)),
            Preview = result => work.Preview(Counted(result)),
        };
    }

    private FileResult Counted(FileResult result)
    {
        _otherKeks += result.OtherKeks ? 1 : 0;
        return result;
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        if (_otherKeks == 0)
            return;
        OrThrow(() => WriteWarning(
            $"{_otherKeks} {(_otherKeks == 1 ? "envelope" : "envelopes")} left alone have other KEKs than those of this run; the Reason of "
            + "each names them. Update-EnvelopeKek -AddKek adds one that is missing, -RemoveKek takes one away."));
    }

    // Who knows cp puts the destination there.
    private IReadOnlyList<KekReference> NamedKeks()
    {
        try
        {
            return KekDefaults.ToEncrypt(Kek, PersonIsThere);
        }
        catch (EnvelopeException failure) when (
            failure.Error == EnvelopeError.KekReferenceInvalid && Array.Find(Kek, KekReference.LooksLikePath) is { } path)
        {
            throw new EnvelopeException(
                failure.Error,
                $"'{path}' is not a KEK reference. The second position is that of -Kek; did you mean -DestinationPath '{path}'?", failure);
        }
    }

    // The data key brings its own; what else is named would be passed over.
    private KekReference[] NoKeks() => Kek.Length == 0 && FilesPerDataKey == 1
        ? []
        : throw new EnvelopeException(
            EnvelopeError.KekReferenceInvalid,
            "-DataKey brings its own KEK and serves all files; -Kek and -FilesPerDataKey do not go with it.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _dataKey?.Dispose();
    }
}
