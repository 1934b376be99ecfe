using EnvelopeCrypto.Keys.Calls;
using EnvelopeCrypto.Keys.Certificates;
using EnvelopeCrypto.Keys.Deferred;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Keys.Pairs;
using EnvelopeCrypto.Keys.Passphrases;

namespace EnvelopeCrypto.Keys;

/// <summary>What a run brings along for its KEKs, and the session made of it.</summary>
internal sealed record KekSessionOptions
{
    /// <summary>Where passphrases come from; the caller disposes it, after the session.</summary>
    public required KekPassphrases Passphrases { get; init; }

    /// <summary>Takes notices and warnings.</summary>
    public required INotices Notices { get; init; }

    /// <summary>References or patterns of the KEKs that may open a file; empty for the default.</summary>
    public IReadOnlyList<string> AllowedKeks { get; init; } = [];

    /// <summary>Whether new passphrase recipients get the new passphrase, if one is given.</summary>
    public bool ForRewrap { get; init; }

    /// <summary>
    /// Gives the keyring when a local KEK is first asked for, and may fail then; the caller disposes it, after the session.
    /// </summary>
    public required Func<LocalKeyring> Keyring { get; init; }

    /// <summary>
    /// Loads the adapter for AWS KMS and gives its provider, when a KEK of KMS is first used; null for none. The
    /// session disposes the provider.
    /// </summary>
    public Func<IKekProvider>? KeyService { get; init; }

    /// <summary>Loads the adapter that knows X-Wing, when a key pair is first used; null for none.</summary>
    internal Func<IKeyEncapsulation>? KeyPairs { get; init; }

    /// <summary>
    /// No key service is asked, for a run that only says what would be done: key ARNs and other references of AWS KMS are taken as they
    /// stand. To open a KEK of KMS, or to unwrap by one, is then a fault of the caller.
    /// </summary>
    public bool Offline { get; init; }

    /// <summary>
    /// The folder from which paths of certificates and public halves count, where a shell has a location of its own; null for the process's
    /// own.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>Providers beside those that are built in; the session disposes them.</summary>
    public IReadOnlyList<IKekProvider> MoreProviders { get; init; } = [];

    /// <summary>Sees every use of a KEK and may refuse it; null for none. The session disposes it, where it can be.</summary>
    internal IKekUseObserver? Observer { get; init; }

    /// <summary>A session with the keyring, certificates, passphrases and whatever was brought. The caller disposes it.</summary>
    /// <exception cref="EnvelopeException">KekReferenceInvalid for an allowed KEK that is none.</exception>
    public KekSession Open()
    {
        KekSession? session = null;
        IKekProvider[] providers =
        [
            new DeferredLocalKekProvider(Keyring, Notices, make => MakeFirst(session!, make)),
            new CertificateKekProvider(Passphrases, Notices, folder: Folder),
            new KeyPairKekProvider(KeyPairs, Keyring, Folder),
            new PassphraseKekProvider(Passphrases, ForRewrap) { Notices = Notices },
            .. KeyService is null ? [] : new IKekProvider[] { new DeferredKeyServiceProvider(KeyService, Offline) },
            .. MoreProviders,
        ];
        return session = new KekSession(providers, AllowedKeks, Observer);
    }

    // The keyring makes local:default where it is first asked for it, in the middle of opening it.
    private static KekInfo MakeFirst(KekSession session, Func<KekInfo> make) =>
        session.ManageAsync(KekOperation.Create, "local:default", () => ValueTask.FromResult(make()), CancellationToken.None).AsTask()
            .GetAwaiter().GetResult();
}
