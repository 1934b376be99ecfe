using System.Collections.Concurrent;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys.Calls;
using EnvelopeCrypto.Keys.Certificates;

namespace EnvelopeCrypto.Keys;

/// <summary>
/// The KEKs of one run or pipeline: finds them, decides which may open a file, and keeps what was unlocked or derived until it is
/// disposed. All wrapping and unwrapping of data keys goes through here.
/// </summary>
public sealed class KekSession : IDisposable
{
    private readonly KekProviders _providers;
    private readonly KekAllowList _allowed;
    private readonly KekCalls _calls;
    private readonly ConcurrentBag<DataKeyPool> _pools = [];
    private readonly IKekUseObserver? _observer;

    /// <param name="providers">In any order; the session disposes them.</param>
    /// <param name="allowedKeks">References or patterns that may open a file; empty for the default.</param>
    /// <param name="observer">Sees every use and may refuse it; null for none. The session disposes it, where it can be.</param>
    /// <param name="time">For the durations that the observer is told.</param>
    /// <exception cref="EnvelopeException">KekReferenceInvalid for an allowed KEK that is neither reference nor pattern.</exception>
    internal KekSession(
        IEnumerable<IKekProvider> providers, IEnumerable<string> allowedKeks, IKekUseObserver? observer = null, TimeProvider? time = null)
    {
        _providers = new KekProviders(providers);
        _observer = observer;
        _calls = new KekCalls(observer, time ?? TimeProvider.System);
        _allowed = new KekAllowList(allowedKeks, _providers, _calls.Breaker);
    }

    /// <summary>The canonical form of a reference as it would wrap now; makes and unlocks nothing.</summary>
    internal async ValueTask<string> IdentifyAsync(KekReference reference, CancellationToken cancellationToken) =>
        (await IdentifyAllAsync(reference, cancellationToken))[0];

    /// <summary>
    /// The canonical forms that a reference stands for, for comparing: several for the versions of a key pair, that which wraps first.
    /// </summary>
    internal ValueTask<IReadOnlyList<string>> IdentifyAllAsync(KekReference reference, CancellationToken cancellationToken) =>
        _providers.Of(reference).IdentifyAllAsync(reference, cancellationToken);

    /// <summary>Whether a KEK in canonical form is lost together with the keyring of this run.</summary>
    internal bool IsInKeyring(string kek) => NameInKeyring(kek) is not null;

    /// <summary>What the keyring of this run calls a KEK in canonical form, <c>local:NAME</c>; null when it has it not.</summary>
    internal string? NameInKeyring(string kek) => _providers.NameInKeyring(kek);

    /// <summary>The canonical forms of KEKs that are to wrap, for a preview: makes, unlocks and asks nothing.</summary>
    /// <exception cref="EnvelopeException">KekNotFound and others that opening one would fail with.</exception>
    internal async ValueTask<IReadOnlyList<string>> PreviewAsync(IEnumerable<KekReference> references, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        foreach (var reference in references)
            names.Add(await _providers.Of(reference).PreviewAsync(reference, cancellationToken));
        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The KEKs, ready to wrap, each once.</summary>
    public async ValueTask<IReadOnlyList<IKek>> OpenAsync(IEnumerable<KekReference> references, CancellationToken cancellationToken)
    {
        var keks = new List<IKek>();
        foreach (var reference in references)
        {
            var kek = await _providers.Of(reference).OpenAsync(reference, cancellationToken);
            if (!keks.Exists(known => known.Reference == kek.Reference))
                keks.Add(kek);
        }
        // The private key of a certificate can stand in another file, which is named among the allowed ones.
        if (keks.Exists(kek => kek is CertificateKek { CanUnwrap: false }))
            await _allowed.BringCertificatesAsync(cancellationToken);
        return keks;
    }

    /// <summary>A new data key, and a recipient for each KEK. A key service among them makes the key itself.</summary>
    public ValueTask<(DataKey DataKey, IReadOnlyList<Recipient> Recipients)> GenerateAsync(
        IReadOnlyList<IKek> keks, EncryptionContext context, string? path, CancellationToken cancellationToken) =>
        GenerateAsync(keks, new KeySubject(context, path), isShared: false, cancellationToken);

    /// <summary>
    /// The same; the observer is told the mark of a data key that several files or records are to share, as soon as there is one.
    /// </summary>
    internal async ValueTask<(DataKey DataKey, IReadOnlyList<Recipient> Recipients)> GenerateAsync(
        IReadOnlyList<IKek> keks, KeySubject subject, bool isShared, CancellationToken cancellationToken)
    {
        var maker = MakerAmong(keks);
        var (dataKey, first) = maker is null
            ? new GeneratedKey(DataKey.Generate(), null)
            : await GenerateAtAsync(maker, subject, cancellationToken);
        try
        {
            var known = subject with { Batch = isShared ? SharedDataKey.BatchOf(dataKey) : null };
            var recipients = new List<Recipient>();
            foreach (var kek in keks)
                recipients.Add(ReferenceEquals(kek, maker) ? first! : await WrapAsync(kek, dataKey, known, cancellationToken));
            return (dataKey, recipients);
        }
        catch
        {
            dataKey.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A recipient of a new data key that no one sees: the KEK's service keeps its plaintext; any other's is made here and zeroed.
    /// </summary>
    public async ValueTask<Recipient> GenerateWithoutPlaintextAsync(
        IKek kek, EncryptionContext context, string? path, CancellationToken cancellationToken)
    {
        var subject = new KeySubject(context, path);
        if (kek is IGeneratingKek maker)
        {
            var use = subject.Use(KekOperation.Generate, kek.Reference);
            return await _calls.UseAsync(use, () => maker.GenerateWithoutPlaintextAsync(context, cancellationToken), cancellationToken);
        }
        using var dataKey = DataKey.Generate();
        return await WrapAsync(kek, dataKey, subject, cancellationToken);
    }

    /// <summary>Wraps a data key for one more recipient.</summary>
    internal ValueTask<Recipient> WrapAsync(IKek kek, DataKey dataKey, KeySubject subject, CancellationToken cancellationToken) =>
        _calls.UseAsync(
            subject.Use(KekOperation.Wrap, kek.Reference),
            () => kek.WrapAsync(dataKey, subject.Context, cancellationToken),
            cancellationToken);

    /// <summary>
    /// Wraps for one more recipient what another opened to. Files of this run that hold the same wrapped key share the new recipient.
    /// </summary>
    internal ValueTask<Recipient> WrapAsync(IKek kek, UnwrappedDataKey opened, KeySubject subject, CancellationToken cancellationToken) =>
        _calls.RewrapAsync(
            subject.Use(KekOperation.Wrap, kek.Reference),
            opened.OpenedBy,
            kek.Reference,
            () => kek.WrapAsync(opened.DataKey, subject.Context, cancellationToken),
            cancellationToken);

    /// <summary>
    /// Lets the key service turn one recipient into another; the data key stays with the service. Asked once for all files of
    /// this run that hold the same wrapped key.
    /// </summary>
    internal ValueTask<Recipient> ReEncryptAsync(
        IReEncryptingKek kek, Recipient source, KeySubject subject, CancellationToken cancellationToken) =>
        _calls.RewrapAsync(
            subject.Use(KekOperation.ReEncrypt, kek.Reference) with { Source = source.Kid, Algorithm = source.Algorithm },
            source,
            kek.Reference,
            () => kek.ReEncryptAsync(source, subject.Context, cancellationToken),
            cancellationToken);

    /// <summary>
    /// Unwraps the data key by the first recipient that may be used, can be used, and gives a key that fits. What is near goes first.
    /// </summary>
    /// <param name="recipients">The envelope's recipients.</param>
    /// <param name="subject">What the data key is for.</param>
    /// <param name="fits">Whether a key is the right one: the commitment of what it encrypts.</param>
    /// <param name="cancellationToken">Stops calls to key services.</param>
    /// <param name="named">The KEKs that were named to encrypt with, which may open what they encrypted.</param>
    /// <exception cref="EnvelopeException">
    /// KekNotAllowed when none may be used; CommitmentMismatch when keys were unwrapped and none fits; else NoRecipientOpened, or the
    /// reason itself when there is only one recipient.
    /// </exception>
    internal async ValueTask<UnwrappedDataKey> UnwrapAsync(
        IReadOnlyList<Recipient> recipients,
        KeySubject subject,
        Func<DataKey, bool> fits,
        CancellationToken cancellationToken,
        IReadOnlyList<string>? named = null)
    {
        var failures = new UnwrapFailures();
        foreach (var recipient in _providers.InTurn(recipients))
        {
            try
            {
                var provider = _providers.Of(recipient);
                if (named?.Contains(recipient.Kek, StringComparer.Ordinal) != true)
                    await RequireAllowedAsync(recipient, provider, subject, cancellationToken);
                var dataKey = await _calls.UnwrapAsync(provider, recipient, subject.UseToUnwrap(recipient), cancellationToken);
                return UnwrappedDataKey.Require(dataKey, recipient, fits);
            }
            catch (EnvelopeException failure) when (failure.Error != EnvelopeError.KekUseRefused)
            {
                failures.Add(recipient, failure);
            }
        }
        throw failures.ToException();
    }

    /// <summary>Proves that a recipient opens to the data key that it was made from, or claims to be of.</summary>
    /// <exception cref="EnvelopeException">ProofFailed.</exception>
    internal async ValueTask ProveAsync(Recipient recipient, DataKey dataKey, KeySubject subject, CancellationToken cancellationToken)
    {
        var provider = _providers.Of(recipient);
        using var unwrapped = await _calls.UnwrapAsync(provider, recipient, subject.UseToUnwrap(recipient), cancellationToken);
        if (!unwrapped.SameAs(dataKey))
        {
            throw new EnvelopeException(
                EnvelopeError.ProofFailed, $"the recipient of {recipient.Kek} opens to another key; nothing was changed.");
        }
    }

    /// <summary>
    /// That what opened a recipient in this run will open it tomorrow: local KEKs are kept in memory, and another
    /// process can have removed one meanwhile. Asked last, before what else opens the file is destroyed. No lock of the keyring
    /// is held for that: it would block `kek remove` as long as a run of days, and a KEK goes by other ways too. So a moment
    /// stays, from here to the change itself.
    /// </summary>
    /// <exception cref="EnvelopeException">KekNotFound, KekVersionNotFound and others that opening the KEK would fail with.</exception>
    internal void RequireStillThere(Recipient recipient) => _providers.Find(recipient)?.RequireStillThere(recipient);

    /// <summary>That a recipient's KEK may open files here, though only the file names it.</summary>
    /// <exception cref="EnvelopeException">KekNotAllowed, KekProviderMissing.</exception>
    internal ValueTask RequireAllowedAsync(Recipient recipient, KeySubject subject, CancellationToken cancellationToken) =>
        RequireAllowedAsync(recipient, _providers.Of(recipient), subject, cancellationToken);

    /// <summary>Passes the use of a KEK that is not about a data key: making, rotating, exporting, importing, removing.</summary>
    internal ValueTask<T> ManageAsync<T>(
        KekOperation operation, string kek, Func<ValueTask<T>> action, CancellationToken cancellationToken) =>
        _calls.ManageAsync(new KeySubject(EncryptionContext.Empty).Use(operation, kek), action, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pool in _pools)
            pool.Dispose();
        _calls.Dispose();
        _providers.Dispose();
        (_observer as IDisposable)?.Dispose();
    }

    private ValueTask<GeneratedKey> GenerateAtAsync(IGeneratingKek kek, KeySubject subject, CancellationToken cancellationToken)
    {
        return _calls.UseAsync(subject.Use(KekOperation.Generate, kek.Reference), GenerateAsync, cancellationToken);

        async ValueTask<GeneratedKey> GenerateAsync()
        {
            var (dataKey, recipient) = await kek.GenerateAsync(subject.Context, cancellationToken);
            return new GeneratedKey(dataKey, recipient);
        }
    }

    // What is withheld is zeroed.
    private sealed record GeneratedKey(DataKey DataKey, Recipient? Recipient) : IDisposable
    {
        public void Dispose() => DataKey.Dispose();
    }

    /// <summary>A source of data keys that serve several files each. The session disposes it.</summary>
    internal DataKeyPool OpenPool(IReadOnlyList<IKek> keks, EncryptionContext context, int filesPerKey, TimeProvider time)
    {
        var pool = new DataKeyPool(this, keks, context, filesPerKey, time);
        _pools.Add(pool);
        return pool;
    }

    /// <summary>Shows the observer that a data key which <c>GenerateAsync</c> gave serves one more file.</summary>
    internal async ValueTask ShareAsync(IReadOnlyList<IKek> keks, KeySubject subject, CancellationToken cancellationToken)
    {
        var maker = MakerAmong(keks);
        foreach (var kek in keks)
        {
            var operation = ReferenceEquals(kek, maker) ? KekOperation.Generate : KekOperation.Wrap;
            await _calls.ShareAsync(subject.Use(operation, kek.Reference), kek, cancellationToken);
        }
    }

    /// <summary>Shows the observer that a data key which <c>UnwrapAsync</c> gave serves one more record.</summary>
    internal async ValueTask ShareAsync(Recipient openedBy, KeySubject subject, CancellationToken cancellationToken) =>
        await _calls.ShareAsync(subject.UseToUnwrap(openedBy), openedBy, cancellationToken);

    private ValueTask RequireAllowedAsync(
        Recipient recipient, IKekProvider provider, KeySubject subject, CancellationToken cancellationToken) =>
        _calls.AllowAsync(
            subject.UseToUnwrap(recipient), () => _allowed.RequireAsync(recipient, provider, cancellationToken), cancellationToken);

    private static IGeneratingKek? MakerAmong(IReadOnlyList<IKek> keks) => keks.OfType<IGeneratingKek>().FirstOrDefault();
}
