using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Keys.Calls;
using EnvelopeCrypto.Tests.Keys.Certificates;
using EnvelopeCrypto.Tests.Keys.Passphrases;

namespace EnvelopeCrypto.Tests.Keys;

public sealed class KekSessionTests : IDisposable
{
    private readonly ScriptedKekProvider _near = new("near", UnwrapPriority.Here);
    private readonly ScriptedKekProvider _service = new("service", UnwrapPriority.KeyService);
    private readonly ScriptedKekProvider _user = new("user", UnwrapPriority.RegisteredProvider);
    private readonly PassphraseBench _passphrase = new("correct horse");
    private readonly RecordingObserver _observer = new();
    private readonly DataKey _dataKey = DataKey.Generate();
    private readonly KekSession _session;

    // The providers in no order at all; the session sorts them.
    public KekSessionTests() => _session = new KekSession([_user, _passphrase.Provider, _near, _service], [], _observer);

    public void Dispose()
    {
        _session.Dispose();
        _passphrase.Dispose();
        _dataKey.Dispose();
    }

    [Fact]
    public async Task Recipients_are_tried_from_near_to_far()
    {
        _near.UnwrapFailure = _service.UnwrapFailure = _user.UnwrapFailure = new EnvelopeException(
            EnvelopeError.KekNotFound, "it is gone.");
        var passphrase = await _passphrase.WrapAsync(_dataKey);
        using var opened = await UnwrapAsync([passphrase, Of("user:a"), Of("service:a"), Of("near:a"), Of("near:b")]);

        Assert.Equal(passphrase, opened.OpenedBy);
        Assert.True(opened.DataKey.SameAs(_dataKey));
        var tried = _observer.Seen.Where(seen => seen != "Unwrap KekNotFound");
        Assert.Equal(
            "Unwrap near:a |Unwrap near:b |Unwrap service:a |Unwrap user:a |Unwrap passphrase |Unwrap done", string.Join('|', tried));
    }

    [Fact]
    public async Task Data_key_without_its_plaintext_is_made_where_the_kek_is_or_here()
    {
        var keks = await _session.OpenAsync([KekReference.Parse("service:a"), KekReference.Parse("passphrase")], CancellationToken.None);
        foreach (var kek in keks)
        {
            var recipient = await _session.GenerateWithoutPlaintextAsync(kek, EncryptionContext.Empty, path: null, CancellationToken.None);
            using var opened = await _session.UnwrapAsync(
                [recipient], new KeySubject(EncryptionContext.Empty), _ => true, CancellationToken.None);
            Assert.Equal(kek.Reference, opened.OpenedBy.Kek);
        }
        Assert.Contains("Generate service:a ", _observer.Seen, StringComparer.Ordinal);
        Assert.Contains("Wrap passphrase ", _observer.Seen, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Nothing_far_is_called_when_something_near_opens()
    {
        using var opened = await UnwrapAsync([Of("service:a"), Of("near:a")]);
        Assert.Equal("near:a", opened.OpenedBy.Kid);
        Assert.Empty(_service.Calls);
    }

    [Fact]
    public async Task Recipient_of_a_wrong_key_does_not_stop_the_right_one()
    {
        using var wrong = DataKey.Generate();
        using var opened = await UnwrapAsync([ScriptedKekProvider.RecipientOf("near:a", wrong), Of("near:b")]);
        Assert.Equal("near:b", opened.OpenedBy.Kid);
        Assert.True(opened.DataKey.SameAs(_dataKey));
    }

    [Fact]
    public async Task Certificate_that_is_not_here_does_not_stop_the_right_one()
    {
        using var bench = new CertificateBench();
        using var session = new KekSession([bench.Provider], []);
        using var alice = TestCertificate.OfAlice();
        using var bob = TestCertificate.OfBob();
        var first = await bench.WrapAsync(bench.File("alice.cer", alice.RawData), _dataKey);
        var changed = await bench.WrapAsync(
            bench.File("bob.pem", bob.ExportCertificatePem() + "\n" + TestCertificate.KeyPem(bob)), _dataKey);
        var right = await bench.WrapAsync(bench.Reference("bob.pem"), _dataKey);
        using var opened = await session.UnwrapAsync(
            [first, changed with { WrappedKey = new byte[256] }, right], new KeySubject(EncryptionContext.Empty), Fits, CancellationToken.None);
        Assert.Same(right, opened.OpenedBy);
    }

    [Fact]
    public async Task Key_that_fits_nothing_is_disposed_and_said()
    {
        using var wrong = DataKey.Generate();
        var recipient = ScriptedKekProvider.RecipientOf("near:a", wrong);
        _service.UnwrapFailure = new EnvelopeException(EnvelopeError.KekNotFound, "it is gone.");
        await KekFailure.ThrowsAsync(EnvelopeError.CommitmentMismatch, () => UnwrapAsync([recipient, Of("service:a")]));
        Assert.Throws<ObjectDisposedException>(() => _near.LastUnwrapped!.SameAs(wrong));
    }

    [Fact]
    public async Task Key_is_disposed_when_its_check_fails_otherwise()
    {
        await Assert.ThrowsAsync<IOException>(async () =>
            await _session.UnwrapAsync([Of("near:a")], new KeySubject(EncryptionContext.Empty), _ => throw new IOException(), CancellationToken.None));
        Assert.Throws<ObjectDisposedException>(() => _near.LastUnwrapped!.SameAs(_dataKey));
    }

    [Fact]
    public async Task Every_recipient_is_listed_with_its_reason()
    {
        _near.UnwrapFailure = new EnvelopeException(EnvelopeError.WrappedKeyInvalid, "reason one");
        _service.UnwrapFailure = new EnvelopeException(EnvelopeError.KekNotFound, "reason two");
        using var session = new KekSession([_near, _service], []);
        var unknown = new Recipient { Algorithm = RecipientAlgorithm.Provider, Kid = "other:a", IssuedAt = 0, WrappedKey = new byte[32] };
        var recipients = new[] { unknown, Of("service:a"), Of("near:a") };
        var failure = await KekFailure.ThrowsAsync(EnvelopeError.NoRecipientOpened, async () =>
            await session.UnwrapAsync(recipients, new KeySubject(EncryptionContext.Empty), Fits, CancellationToken.None));
        Assert.Matches("near:a: reason one.*service:a: reason two.*other:a: ", failure.Reason);
    }

    [Fact]
    public async Task Reason_that_all_share_gives_the_error()
    {
        _near.UnwrapFailure = new EnvelopeException(EnvelopeError.WrappedKeyInvalid, "no.");
        await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => UnwrapAsync([Of("near:a"), Of("near:b")]));
        _near.IsAllowedByDefault = false;
        await KekFailure.ThrowsAsync(EnvelopeError.KekNotAllowed, () => UnwrapAsync([Of("near:a"), Of("near:b")]));
    }

    [Fact]
    public async Task What_is_not_allowed_by_default_is_never_called()
    {
        _service.IsAllowedByDefault = false;
        await KekFailure.ThrowsAsync(EnvelopeError.KekNotAllowed, () => UnwrapAsync([Of("service:a")]));
        Assert.Empty(_service.Calls);
        Assert.Empty(_observer.Seen);
    }

    [Fact]
    public async Task Passphrase_recipient_is_tried_only_when_one_was_given()
    {
        using var without = new PassphraseBench();
        using var session = new KekSession([_near, without.Provider], []);
        _near.UnwrapFailure = new EnvelopeException(EnvelopeError.KekNotFound, "it is gone.");
        var passphrase = await _passphrase.WrapAsync(_dataKey);
        var failure = await KekFailure.ThrowsAsync(EnvelopeError.NoRecipientOpened, async () =>
            await session.UnwrapAsync([passphrase, Of("near:a")], new KeySubject(EncryptionContext.Empty), Fits, CancellationToken.None));
        Assert.Contains("passphrase: ", failure.Reason, StringComparison.Ordinal);
        Assert.Equal(0, without.Derivations);
    }

    [Fact]
    public async Task Failure_that_is_no_reason_is_not_swallowed()
    {
        _near.UnwrapFailure = new OperationCanceledException();
        await Assert.ThrowsAsync<OperationCanceledException>(() => UnwrapAsync([Of("near:a"), Of("service:a")]));
        Assert.Empty(_service.Calls);
    }

    [Fact]
    public async Task Observer_sees_the_file_and_both_ends_of_a_use()
    {
        using var opened = await _session.UnwrapAsync([Of("near:a")], new KeySubject(EncryptionContext.Empty, "backup.evc"), Fits, CancellationToken.None);
        Assert.Equal(["Unwrap near:a backup.evc", "Unwrap done"], _observer.Seen);
    }

    [Fact]
    public async Task Observer_refuses_before_the_use_and_nothing_else_is_tried()
    {
        var refused = new EnvelopeException(EnvelopeError.KekUseRefused, "no.");
        var full = new EnvelopeException(EnvelopeError.DiskFull, "no room.");
        foreach (var refusal in new Exception[] { refused, full, new IOException("no room.") })
        {
            _observer.RefuseStart = refusal;
            await KekFailure.ThrowsAsync(EnvelopeError.KekUseRefused, () => UnwrapAsync([Of("near:a"), Of("service:a")]));
        }
        Assert.Empty(_near.Calls);
        Assert.Empty(_service.Calls);
    }

    [Fact]
    public async Task Observer_refuses_the_result_and_the_key_is_zeroed()
    {
        _observer.RefuseResult = new EnvelopeException(EnvelopeError.DiskFull, "no room");
        await KekFailure.ThrowsAsync(EnvelopeError.KekUseRefused, () => UnwrapAsync([Of("near:a"), Of("service:a")]));
        Assert.Throws<ObjectDisposedException>(() => _near.LastUnwrapped!.SameAs(_dataKey));
        Assert.Empty(_service.Calls);
    }

    [Fact]
    public async Task Generate_lets_a_key_service_make_the_key_and_wraps_for_the_others()
    {
        var keks = await OpenAsync("passphrase", "service:a", "near:a", "service:a");
        Assert.Equal("passphrase service:a near:a", string.Join(' ', keks.Select(kek => kek.Reference)));
        var (dataKey, recipients) = await _session.GenerateAsync(keks, PassphraseBench.Context, path: null, CancellationToken.None);
        using (dataKey)
        {
            Assert.Equal("passphrase service:a near:a", string.Join(' ', recipients.Select(recipient => recipient.Kek)));
            Assert.Equal(
                ["Generate service:a ", "Generate done", "Wrap passphrase ", "Wrap done", "Wrap near:a ", "Wrap done"], _observer.Seen);
            foreach (var recipient in recipients)
            {
                using var opened = await _session.UnwrapAsync(
                    [recipient], new KeySubject(PassphraseBench.Context), dataKey.SameAs, CancellationToken.None);
                Assert.Same(recipient, opened.OpenedBy);
            }
        }
    }

    [Fact]
    public async Task Proof_of_a_recipient_compares_the_data_key()
    {
        await _session.ProveAsync(Of("near:a"), _dataKey, new KeySubject(EncryptionContext.Empty), CancellationToken.None);
        using var other = DataKey.Generate();
        await KekFailure.ThrowsAsync(EnvelopeError.ProofFailed, async () =>
            await _session.ProveAsync(Of("near:a"), other, new KeySubject(EncryptionContext.Empty), CancellationToken.None));
    }

    [Fact]
    public async Task Reference_without_provider_is_refused()
    {
        await KekFailure.ThrowsAsync(
            EnvelopeError.KekProviderMissing,
            async () => await _session.IdentifyAsync(KekReference.Parse("other:a"), CancellationToken.None));
        await KekFailure.ThrowsAsync(EnvelopeError.KekProviderMissing, () => OpenAsync("near:a", "alias/a"));
    }

    [Fact]
    public void Dispose_reaches_every_provider()
    {
        _session.Dispose();
        Assert.True(_near.IsDisposed && _service.IsDisposed && _user.IsDisposed);
    }

    private Recipient Of(string kid) => ScriptedKekProvider.RecipientOf(kid, _dataKey);

    private bool Fits(DataKey dataKey) => dataKey.SameAs(_dataKey);

    private async Task<IReadOnlyList<IKek>> OpenAsync(params string[] references) =>
        await _session.OpenAsync(references.Select(KekReference.Parse), CancellationToken.None);

    private async Task<UnwrappedDataKey> UnwrapAsync(IReadOnlyList<Recipient> recipients) =>
        await _session.UnwrapAsync(recipients, new KeySubject(PassphraseBench.Context), Fits, CancellationToken.None);
}
