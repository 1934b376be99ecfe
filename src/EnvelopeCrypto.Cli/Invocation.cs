using System.CommandLine;
using EnvelopeCrypto.Audit;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto.Cli;

/// <summary>One run of the tool: its options, its KEKs, where results go.</summary>
internal sealed class Invocation : IDisposable
{
    private readonly ParseResult _options;
    private readonly KekPassphrases _passphrases;
    private LocalKeyring? _keyring;

    public Invocation(ParseResult options, bool dataOnOutput, CancellationToken stop)
    {
        _options = options;
        Stop = stop;
        Terminal = new Terminal(stop);
        Report = new Report(
            options.CommandResult.Command,
            Flag(Options.Json),
            Flag(Options.Quiet),
            dataOnOutput ? ErrorOutput.WriteLine : WriteResult);
        _passphrases = new KekPassphrases(Terminal.CanAskForPassphrase ? Terminal : null);
    }

    public Terminal Terminal { get; }

    /// <summary>This user's keyring.</summary>
    public LocalKeyring Keyring => _keyring ??= new LocalKeyring(KeyringLocation.Resolve(), _passphrases)
    {
        KeyPairs = KeyPairAdapter.Open,
        Notices = Terminal,
    };

    public Report Report { get; }

    public CancellationToken Stop { get; }

    /// <summary>The session for this run; the caller disposes it.</summary>
    public KekSession OpenSession(bool forRewrap = false) => SessionOptions(forRewrap).WithAudit(Text(Options.AuditLog)).Open();

    /// <summary>Takes the passphrases that options name files for.</summary>
    public void ReadPassphrases()
    {
        FromFile(Options.PassphraseFile, _passphrases.Recipient);
        FromFile(Options.NewPassphraseFile, _passphrases.NewRecipient);
        FromFile(Options.KeyringPassphraseFile, _passphrases.Keyring);
        FromFile(Options.CertificatePassphraseFile, _passphrases.Certificate);
        FromFile(KeyringCommand.NewPassphraseFile, _passphrases.NewKeyring);
    }

    /// <summary>What the passphrase of recipients is for, in the words of questions and errors.</summary>
    public void SayPassphraseIsFor(string purpose) => _passphrases.Recipient.SayFor(purpose);

    /// <summary>What this run brings along for its KEKs.</summary>
    public KekSessionOptions SessionOptions(bool forRewrap = false)
    {
        ReadPassphrases();
        return new KekSessionOptions
        {
            Passphrases = _passphrases,
            Notices = Terminal,
            Keyring = () => Keyring,
            KeyPairs = KeyPairAdapter.Open,
            KeyService = () => AwsAdapter.OpenProvider(this),
            ForRewrap = forRewrap,
            AllowedKeks = KekDefaults.AllowedToOpen(Many(Options.AllowedKek)),
        };
    }

    public bool IsGiven(Option option) => _options.GetResult(option) is { Implicit: false };

    public bool Flag(Option<bool> option) => _options.GetResult(option) is not null && _options.GetValue(option);

    public string? Text(Option<string?> option) => _options.GetResult(option) is null ? null : _options.GetValue(option);

    public T? Word<T>(Option<T?> option)
        where T : struct => _options.GetResult(option) is null ? null : _options.GetValue(option);

    public string[] Many(Option<string[]> option) => _options.GetResult(option) is null ? [] : _options.GetValue(option) ?? [];

    public IReadOnlyList<KekReference> Keks(Option<string[]> option) => [.. Many(option).Select(KekReference.Parse)];

    public EncryptionContext ContextOf(Option<string[]> option) => EncryptionContext.Create(Many(option).Select(pair =>
    {
        if (pair.Contains('\ufffd', StringComparison.Ordinal))
            throw new EnvelopeException(EnvelopeError.ContextInvalid, $"{option.Name} has bytes that are not UTF-8 text.");
        var at = pair.IndexOf('=', StringComparison.Ordinal);
        return at > 0
            ? new KeyValuePair<string, string>(pair[..at], pair[(at + 1)..])
            : throw new UsageException($"{option.Name} takes KEY=VALUE, not '{DisplayText.OneLine(pair)}'.");
    }));

    // Where it was closed from the start, its number can be that of a file of the runtime's own.
    private static void WriteResult(string line)
    {
        if (!StandardDescriptor.IsOpen(StandardDescriptor.Output))
            throw new IOException("It is closed.");
        Console.Out.WriteLine(line);
    }

    /// <summary>Standard input as a stream that can be stopped.</summary>
    /// <exception cref="EnvelopeException">SourceUnreadable: it was closed before the tool started.</exception>
    public Stream OpenInput() => StandardDescriptor.IsOpen(StandardDescriptor.Input)
        ? new PipeInput(OperatingSystem.IsWindows() ? Console.OpenStandardInput() : new UnixInput(), Stop)
        : throw new EnvelopeException(EnvelopeError.SourceUnreadable, "it is closed.");

    public int? Number(Option<long?> option) => _options.GetResult(option) is null ? null : (int?)_options.GetValue(option);

    /// <summary>Does a piece of work for standard input, and reports its failure.</summary>
    public async Task<int> PipeAsync<T>(Func<Action<int>?, Task<T>> work, Action<T> show)
    {
        try
        {
            T result;
            using (var progress = ProgressLine.For([Destination.Pipe], Report.IsQuiet))
                result = await work(progress is null ? null : progress.Advance);
            show(result);
        }
        catch (EnvelopeException failure)
        {
            Report.Failure(failure, Destination.Pipe);
        }
        catch (IOException failure)
        {
            // Outputs have errors of their own, so it was standard input.
            Report.Failure(
                new EnvelopeException(EnvelopeError.SourceUnreadable, $"it cannot be read: {failure.Message}", failure), Destination.Pipe);
        }
        return Report.AnyFailed ? ExitCode.Failed : ExitCode.Done;
    }

    public void Dispose()
    {
        _keyring?.Dispose();
        _passphrases.Dispose();
    }

    private void FromFile(Option<string?> option, PassphraseSource source)
    {
        if (Text(option) is { } path)
            source.SetFromFile(path);
    }
}
