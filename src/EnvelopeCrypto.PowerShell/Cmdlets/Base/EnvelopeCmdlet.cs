using System.Collections.Concurrent;
using System.Management.Automation;
using System.Security;
using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.PowerShell;

/// <summary>
/// What every cmdlet has: cancellation, the session of KEKs, and the way of errors and notices to the pipeline. Only the pipeline
/// thread writes; what workers have to say waits until it looks.
/// </summary>
public abstract partial class EnvelopeCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Action> _said = new();
    private KekPassphrases? _passphrases;
    private LocalKeyring? _keyring;
    private UnlockedKeyring.Loan? _unlocked;
    private KekSession? _session;
    private PipelineCalls? _calls;
    private bool? _isWhatIf;
    private bool _disposed;

    /// <summary>Opens and makes passphrase recipients; else $env:ENVELOPECRYPTO_PASSPHRASE or its _FILE form, else a prompt.</summary>
    protected virtual SecureString? RecipientPassphrase => null;

    /// <summary>Makes new passphrase recipients.</summary>
    protected virtual SecureString? NewRecipientPassphrase => null;

    /// <summary>Opens the keyring.</summary>
    protected virtual SecureString? OpensKeyring => null;

    /// <summary>The keyring's next passphrase.</summary>
    protected virtual SecureString? OpensKeyringFromNowOn => null;

    /// <summary>Opens a certificate's private key.</summary>
    protected virtual SecureString? OpensCertificate => null;

    /// <summary>References or patterns of the KEKs that may open a file.</summary>
    protected virtual string[] AllowedKeks => [];

    /// <summary>Whether new passphrase recipients get the new passphrase.</summary>
    protected virtual bool ForRewrap => false;

    /// <summary>Gives the provider of AWS KMS; null for a cmdlet that needs none.</summary>
    protected virtual Func<IKekProvider>? KeyService => null;

    /// <summary>Where each use of a KEK is recorded; null for what the variable says.</summary>
    protected virtual string? AuditLogPath => null;

    /// <summary>Cancelled when the pipeline stops, in whatever way.</summary>
    protected CancellationToken Stop => _stop.Token;

    /// <summary>Whether somebody is there to answer: the shell is interactive and standard input is a terminal.</summary>
    protected static bool PersonIsThere { get; } =
        !Console.IsInputRedirected
            && !Array.Exists(Environment.GetCommandLineArgs(), word => word.StartsWith("-noni", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether -WhatIf or its preference is on, so that nothing may be made, asked or touched.</summary>
    protected bool IsWhatIf => _isWhatIf ??= MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given)
        ? given is SwitchParameter { IsPresent: true }
        : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    /// <summary>The KEKs of this pipeline.</summary>
    protected KekSession Session => _session ??= SessionOptions.WithAudit(AuditLogPath).Open();

    /// <summary>What this pipeline brings along for its KEKs.</summary>
    private protected KekSessionOptions SessionOptions => new()
    {
        Passphrases = Passphrases,
        Notices = Notices,
        Keyring = () => Keyring,
        AllowedKeks = KekDefaults.AllowedToOpen(AllowedKeks),
        ForRewrap = ForRewrap,
        KeyPairs = KeyPairAdapter.Open,
        KeyService = KeyService,
        Offline = IsWhatIf,
        MoreProviders = [.. KekProviderTable.Registered.Select(provider => new ScriptKekProvider(provider, Calls, Warn))],
        Folder = SessionState.Path.CurrentFileSystemLocation.ProviderPath,
    };

    /// <summary>Where workers leave what only the pipeline's thread may do.</summary>
    private protected PipelineCalls Calls => _calls ??= new PipelineCalls(CancelWork);

    /// <summary>This user's keyring: the one that the process keeps unlocked, unless its passphrase was given here.</summary>
    protected LocalKeyring Keyring => _keyring ??= Unlocked()?.Keyring ?? NewKeyring(Passphrases);

    /// <summary>This user's keyring, with passphrases of its own; the caller disposes it.</summary>
    private protected LocalKeyring NewKeyring(KekPassphrases passphrases) =>
        new(KeyringLocation.Resolve(), passphrases) { KeyPairs = KeyPairAdapter.Open, Notices = Notices };

    private QueuedNotices Notices => new(_said, this);

    private protected KekPassphrases Passphrases => _passphrases ??= NewPassphrases(OpensKeyring);

    /// <summary>Writes what workers had to say.</summary>
    protected void WriteSaid()
    {
        while (_said.TryDequeue(out var say))
            Guarded(say);
    }

    /// <summary>Writes an object; a pipeline that wants no more stops the work.</summary>
    protected void Write(object result) => Guarded(() => WriteObject(result));

    /// <summary>Writes a failure of one item.</summary>
    protected void WriteFailure(EnvelopeException failure, object? target) => Guarded(() => WriteError(RecordOf(failure, target)));

    private ErrorRecord RecordOf(EnvelopeException failure, object? target) =>
        ErrorTable.ToRecord(failure, target, MyInvocation.MyCommand.Parameters.Keys);

    /// <summary>Does something for one item, whose failure does not stop the others.</summary>
    protected void Attempt(object? target, Action action)
    {
        try
        {
            action();
        }
        catch (EnvelopeException failure)
        {
            WriteFailure(failure, target);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        WriteSaid();
    }

    /// <summary>Waits for work of one step, and runs the script blocks that it asks for.</summary>
    protected T Await<T>(ValueTask<T> work) => work.IsCompletedSuccessfully ? work.Result : Await(work.AsTask());

    /// <summary>Waits for work of one step, and runs the script blocks that it asks for.</summary>
    protected T Await<T>(Task<T> work)
    {
        Calls.Wait(work);
        return work.Result;
    }

    /// <summary>Waits for work that gives nothing.</summary>
    protected void Await(ValueTask work) => Calls.Wait(work.AsTask());

    private void Warn(string message) => _said.Enqueue(() => WriteWarning(message));

    /// <summary>Does something that can fail as a whole, with a terminating error.</summary>
    protected void OrThrow(Action action)
    {
        try
        {
            action();
        }
        catch (EnvelopeException failure)
        {
            ThrowTerminatingError(RecordOf(failure, target: null));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => CancelWork();

    /// <summary>Stops what is under way and waits until it has cleaned up. PowerShell calls this in every case.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>See <see cref="Dispose()"/>.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || _disposed)
            return;
        _disposed = true;
        _session?.Dispose();
        if (_unlocked is null)
            _keyring?.Dispose();
        _unlocked?.Dispose();
        _passphrases?.Dispose();
        _stop.Dispose();
    }

    /// <summary>Cancels the work; in Dispose, before it is waited for. For any thread.</summary>
    protected void CancelWork()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The pipeline ended at the same moment: there is nothing left to stop.
        }
    }

    /// <summary>Select-Object -First and an error downstream show themselves only by the next Write* throwing.</summary>
    protected void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch
        {
            CancelWork();
            throw;
        }
    }

    private UnlockedKeyring.Loan? Unlocked() => OpensKeyring is null ? _unlocked = UnlockedKeyring.Borrow(KeyringLocation.Resolve()) : null;

    /// <summary>Passphrases that are asked for where somebody is there; the caller disposes them.</summary>
    protected KekPassphrases NewPassphrases(SecureString? forKeyring)
    {
        var passphrases = new KekPassphrases(PersonIsThere ? new HostPrompt(Host) : null);
        Set(passphrases.Recipient, RecipientPassphrase);
        Set(passphrases.NewRecipient, NewRecipientPassphrase);
        Set(passphrases.Keyring, forKeyring);
        Set(passphrases.NewKeyring, OpensKeyringFromNowOn);
        Set(passphrases.Certificate, OpensCertificate);
        return passphrases;
    }

    private static void Set(PassphraseSource source, SecureString? given)
    {
        if (given is null)
            return;
        var characters = Primitives.SecretText.ToChars(given);
        try
        {
            source.Set(characters);
        }
        finally
        {
            Array.Clear(characters);
        }
    }

    private sealed class QueuedNotices(ConcurrentQueue<Action> said, EnvelopeCmdlet cmdlet) : INotices
    {
        public void Information(string message) => said.Enqueue(() => cmdlet.WriteWarning(message));

        public void Warning(string message) => said.Enqueue(() => cmdlet.WriteWarning(message));
    }
}
