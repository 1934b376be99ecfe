using EnvelopeCrypto.Files;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Keys.Local;
using EnvelopeCrypto.Keys.Passphrases;
using EnvelopeCrypto.Tests.Keys.Certificates;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Files;

public sealed class WrongKekTests : IDisposable
{
    private readonly FileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Wrong_passphrase_is_refused()
    {
        var envelope = _bench.Folder["data.bin.evc"];
        var options = new ProtectOptions { Keks = [KekReference.Parse("passphrase")] };
        using (var right = new Passphrase("correct horse"))
        {
            await _bench.Protecting(options, session: right.Session).ProtectFileAsync(
                _bench.Source(), envelope, progress: null, CancellationToken.None);
            await _bench.Unprotecting(session: right.Session).UnprotectFileAsync(
                envelope, _bench.Folder["back"], progress: null, CancellationToken.None);
        }
        using var wrong = new Passphrase("correct house");
        await _bench.RefusesAsync(EnvelopeError.WrappedKeyInvalid, envelope, () =>
            _bench.Unprotecting(session: wrong.Session).UnprotectFileAsync(envelope, _bench.Folder["other"], progress: null, CancellationToken.None));
    }

    [Fact]
    public async Task Envelope_for_nobody_is_refused()
    {
        var source = _bench.Source();
        await _bench.RefusesAsync(EnvelopeError.WouldLockOut, source, () => _bench.ProtectAsync(source, _bench.Folder["x.evc"]));
    }

    [Fact]
    public async Task Missing_version_is_refused()
    {
        var envelope = await EnvelopeAsync("local:a");
        _bench.Keyring.Remove("a");
        await RefusesAsync(EnvelopeError.KekNotFound, envelope, _bench.OpenSession());
        _bench.Keyring.Create("a", KekProtection.Unprotected);
        await RefusesAsync(EnvelopeError.KekVersionNotFound, envelope, _bench.OpenSession());
    }

    [Fact]
    public async Task Kek_that_is_not_allowed_is_never_asked()
    {
        var envelope = await EnvelopeAsync("service:a");
        await RefusesAsync(EnvelopeError.KekNotAllowed, envelope, _bench.OpenSession(["local:*", "service:b"]));
        Assert.DoesNotContain(_bench.Service.Calls, call => call.StartsWith("unwrap", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Certificate_whose_private_key_is_elsewhere_is_refused()
    {
        using var alice = TestCertificate.OfAlice();
        var envelope = await EnvelopeAsync(_bench.Certificate("alice.cer", alice.ExportCertificatePem()));
        await RefusesAsync(EnvelopeError.PrivateKeyMissing, envelope, _bench.Session);
    }

    [Fact]
    public async Task Reasons_of_several_recipients_are_all_told()
    {
        var envelope = await EnvelopeAsync("local:a", "local:b", "service:c");
        _bench.Keyring.Remove("a");
        _bench.Service.RefusesUnwrap = true;
        _bench.Keyring.Remove("b");
        _bench.Keyring.Create("b", KekProtection.Unprotected);
        var failure = await RefusesAsync(EnvelopeError.NoRecipientOpened, envelope, _bench.OpenSession());
        foreach (var kek in new[] { "local:a", "local:b", "service:c" })
            Assert.Contains(kek, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_that_is_missing_is_the_reason_when_it_is_the_same_for_all_recipients()
    {
        var unknown = await HandmadeAsync("1.evc", [SampleRecipients.Unknown(), SampleRecipients.Unknown("""{"alg":"y"}""")]);
        _bench.Keyring.Remove("a");
        await RefusesAsync(EnvelopeError.NoRecipientOpened, unknown, _bench.OpenSession());

        var made = new HandmadeEnvelope { MoreRecipients = [SampleRecipients.Unknown(), SampleRecipients.Unknown("""{"alg":"y"}""")] };
        var nobodys = _bench.Folder.Write("2.evc", await made.ToBytesAsync(_bench.Session));
        await RefusesAsync(EnvelopeError.KekProviderMissing, nobodys, _bench.OpenSession());
    }

    [Fact]
    public async Task Changed_encryption_context_keeps_a_wrap_that_binds_it_from_opening()
    {
        var made = new HandmadeEnvelope { Context = SampleEnvelope.Context(("table", "users")) };
        var bytes = await made.ToBytesAsync(_bench.Session, _bench.Kek("local:a"));
        bytes.AsSpan(bytes.AsSpan().IndexOf("users"u8)).Slice(0, 5).Reverse();
        await RefusesAsync(EnvelopeError.WrappedKeyInvalid, _bench.Folder.Write("x.evc", bytes), _bench.Session);
    }

    [Fact]
    public async Task Recipients_of_another_file_open_nothing()
    {
        var first = await HandmadeAsync("1.evc");
        var second = await HandmadeAsync("2.evc");
        await File.WriteAllBytesAsync(first, WithRecipientsOf(second, first));
        await RefusesAsync(EnvelopeError.CommitmentMismatch, first, _bench.Session);
        Assert.Equal(SampleBytes.Of(100), await _bench.OpenAsync(second));
    }

    [Fact]
    public async Task Kek_of_another_file_in_first_place_does_not_hide_the_right_one()
    {
        var other = FileBench.HeaderOf(await HandmadeAsync("1.evc")).Recipients;
        var envelope = await HandmadeAsync("2.evc", other);
        Assert.Equal(SampleBytes.Of(100), await _bench.OpenAsync(envelope));
    }

    [Fact]
    public async Task Exported_kek_is_no_file_and_a_file_is_no_exported_kek()
    {
        using var alice = TestCertificate.OfAlice();
        var certificate = _bench.Certificate("alice.pem", alice.ExportCertificatePem() + "\n" + TestCertificate.KeyPem(alice));
        _bench.Kek("local:a");
        var export = _bench.Folder["a.backup"];
        var operation = new KekExportOperation(_bench.OpenSession([certificate]), _bench.Keyring);
        await operation.ExportAsync("a", _bench.Keks(certificate), export, force: false, CancellationToken.None);

        await RefusesAsync(EnvelopeError.WrongEnvelopeType, export, _bench.Session);
        await _bench.RefusesAsync(EnvelopeError.WrongEnvelopeType, export, () => _bench.OpenAsync(export));
        var envelope = await EnvelopeAsync(certificate);
        await _bench.RefusesAsync(
            EnvelopeError.WrongEnvelopeType, envelope, () => operation.ImportAsync(envelope, protection: null, CancellationToken.None));
        await _bench.RefusesAsync(
            EnvelopeError.DestinationExists,
            envelope,
            () => operation.ExportAsync("a", _bench.Keks(certificate), envelope, force: false, CancellationToken.None));

        var proof = await new VerifyOperation(_bench.OpenSession([certificate]), new VerifyOptions()).VerifyFileAsync(
            export, progress: null, CancellationToken.None);
        Assert.True(proof.Valid);
        _bench.Keyring.Remove("a");
        var restored = await operation.ImportAsync(export, KekProtection.Unprotected, CancellationToken.None);
        Assert.True(restored.IsNew);
    }

    [Fact]
    public async Task Exported_kek_is_private_and_never_under_a_local_kek()
    {
        _bench.Kek("local:a");
        var operation = new KekExportOperation(_bench.Session, _bench.Keyring);
        await Refused.AsAsync(
            EnvelopeError.KekReferenceInvalid,
            () => operation.ExportAsync("a", _bench.Keks("local:b"), _bench.Folder["x"], force: false, CancellationToken.None));
        await Refused.AsAsync(
            EnvelopeError.KekNotFound,
            () => operation.ExportAsync("none", _bench.Keks("service:a"), _bench.Folder["x"], force: false, CancellationToken.None));
        Assert.Empty(Directory.GetFileSystemEntries(_bench.Folder.Path));
        await operation.ExportAsync("a", _bench.Keks("service:a"), _bench.Folder["x"], force: false, CancellationToken.None);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_bench.Folder["x"]));
    }

    private Task<string> EnvelopeAsync(params string[] keks) => _bench.EnvelopeAsync(SampleBytes.Of(100), keks);

    private async Task<string> HandmadeAsync(string name, IReadOnlyList<Recipient>? first = null)
    {
        var handmade = new HandmadeEnvelope { MoreRecipients = first ?? [] };
        return _bench.Folder.Write(name, await handmade.ToBytesAsync(_bench.Session, _bench.Kek("local:a")));
    }

    private static byte[] WithRecipientsOf(string donor, string envelope)
    {
        var header = FileBench.HeaderOf(envelope);
        var mixed = EnvelopeHeader.Create(header.Protected, FileBench.HeaderOf(donor).Recipients, header.Layout.SlotCount);
        return [.. mixed.Bytes.Span, .. FileBench.BodyOf(envelope)];
    }

    private Task<EnvelopeException> RefusesAsync(EnvelopeError error, string envelope, KekSession session) =>
        _bench.RefusesAsync(error, envelope, () =>
        _bench.Unprotecting(session: session).UnprotectFileAsync(envelope, _bench.Folder["other"], progress: null, CancellationToken.None));

    /// <summary>A session that knows one passphrase, derived in earnest.</summary>
    private sealed class Passphrase : IDisposable
    {
        private readonly KekPassphrases _passphrases = new();

        public Passphrase(string passphrase)
        {
            _passphrases.Recipient.Set(passphrase);
            Session = new KekSession([new PassphraseKekProvider(_passphrases)], []);
        }

        public KekSession Session { get; }

        public void Dispose()
        {
            Session.Dispose();
            _passphrases.Dispose();
        }
    }
}
