using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;

namespace EnvelopeCrypto;

/// <summary>
/// Encrypts, decrypts and rewraps files. One instance serves any number of files, several at once too, and keeps the KEKs that it
/// unlocked until it is disposed.
/// </summary>
/// <example><code>
/// using var envelope = new Envelope();
/// envelope.Keyring.Create("backup");
/// await envelope.EncryptAsync("db.sql", "db.sql.evc", ["local:backup"]);
/// await envelope.RewrapAsync("db.sql.evc", ["local:backup", "x509:offline.pem"]);
/// await envelope.DecryptAsync("db.sql.evc", "restored.sql");
/// </code></example>
public sealed class Envelope : IDisposable
{
    private readonly Lazy<LocalKeyring> _keyring;
    private readonly Lazy<KekSession> _session;

    /// <param name="home">The folder of the keyring's folder; null for <c>ENVELOPECRYPTO_HOME</c>, or else the user's own.</param>
    /// <param name="allowedKeks">
    /// References or patterns of the KEKs that may open a file; null for those of the keyring and of variables.
    /// </param>
    /// <param name="providers">More places of KEKs, such as AWS KMS; disposed with this.</param>
    /// <param name="notices">Takes notices and warnings; null for no one.</param>
    public Envelope(
        string? home = null,
        IReadOnlyList<string>? allowedKeks = null,
        IReadOnlyList<IKekProvider>? providers = null,
        INotices? notices = null)
    {
        _keyring = new(() => new LocalKeyring(KeyringLocation.Resolve(home), Passphrases));
        _session = new(() => new KekSessionOptions
        {
            Passphrases = Passphrases,
            Notices = notices ?? new Silence(),
            Keyring = () => Keyring,
            AllowedKeks = KekDefaults.AllowedToOpen(allowedKeks ?? []),
            MoreProviders = providers ?? [],
        }.Open());
    }

    /// <summary>
    /// The passphrases of the keyring, of recipients and of certificates: from here, or from their variables. Set them first.
    /// </summary>
    public KekPassphrases Passphrases { get; } = new();

    /// <summary>The local KEKs.</summary>
    /// <exception cref="EnvelopeException">KeyringLocationUnknown.</exception>
    public LocalKeyring Keyring => _keyring.Value;

    /// <summary>For records, and for whatever else wraps data keys.</summary>
    /// <exception cref="EnvelopeException">KekReferenceInvalid: an allowed KEK is neither a reference nor a pattern.</exception>
    public KekSession Session => _session.Value;

    /// <summary>Encrypts a file for these KEKs. The envelope appears whole or not at all; an existing file is never replaced.</summary>
    /// <exception cref="EnvelopeException">Names the file and what went wrong; nothing was written.</exception>
    public Task<FileResult> EncryptAsync(
        string source, string destination, IReadOnlyCollection<string> keks, CancellationToken cancellationToken = default) =>
        EncryptAsync(source, destination, new ProtectOptions { Keks = References(keks) }, cancellationToken);

    /// <inheritdoc cref="EncryptAsync(string, string, IReadOnlyCollection{string}, CancellationToken)"/>
    public Task<FileResult> EncryptAsync(
        string source, string destination, ProtectOptions options, CancellationToken cancellationToken = default) =>
        new ProtectOperation(Session, options).ProtectFileAsync(source, destination, progress: null, cancellationToken);

    /// <summary>Decrypts an envelope. The file appears whole and authenticated or not at all; an existing one is never replaced.</summary>
    /// <exception cref="EnvelopeException">Names the file and what went wrong; nothing was written.</exception>
    public Task<FileResult> DecryptAsync(
        string source, string destination, UnprotectOptions? options = null, CancellationToken cancellationToken = default) =>
        new UnprotectOperation(Session, options ?? new UnprotectOptions()).UnprotectFileAsync(
            source, destination, progress: null, cancellationToken);

    /// <summary>Replaces the KEKs of an envelope by these, without touching its data.</summary>
    /// <exception cref="EnvelopeException">Names the file and what went wrong; it still opens as before.</exception>
    public Task<FileResult> RewrapAsync(string path, IReadOnlyCollection<string> newKeks, CancellationToken cancellationToken = default) =>
        RewrapAsync(path, new RewrapOptions { NewKeks = References(newKeks) }, cancellationToken);

    /// <inheritdoc cref="RewrapAsync(string, IReadOnlyCollection{string}, CancellationToken)"/>
    public Task<FileResult> RewrapAsync(string path, RewrapOptions options, CancellationToken cancellationToken = default) =>
        new RewrapOperation(Session, options).RewrapFileAsync(path, cancellationToken);

    /// <summary>Reads and authenticates a whole envelope, and writes nothing. The result says what is wrong with it.</summary>
    public Task<VerifyResult> VerifyAsync(string path, VerifyOptions? options = null, CancellationToken cancellationToken = default) =>
        new VerifyOperation(Session, options ?? new VerifyOptions()).VerifyFileAsync(path, progress: null, cancellationToken);

    /// <summary>What an envelope says of itself, without any key: nothing of it is authenticated.</summary>
    /// <exception cref="EnvelopeException">It is not an envelope, or cannot be read.</exception>
    public static Task<EnvelopeInfo> InspectAsync(string path, CancellationToken cancellationToken = default) =>
        InspectOperation.InspectFileAsync(path, cancellationToken);

    /// <summary>Locks what was unlocked, and forgets passphrases.</summary>
    public void Dispose()
    {
        if (_session.IsValueCreated)
            _session.Value.Dispose();
        if (_keyring.IsValueCreated)
            _keyring.Value.Dispose();
        Passphrases.Dispose();
    }

    private static List<KekReference> References(IEnumerable<string> keks) => [.. keks.Select(KekReference.Parse)];

    private sealed class Silence : INotices
    {
        public void Information(string message)
        {
        }

        public void Warning(string message)
        {
        }
    }
}
