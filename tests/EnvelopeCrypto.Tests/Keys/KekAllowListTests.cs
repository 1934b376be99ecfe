using System.Security.Cryptography.X509Certificates;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Keys.Certificates;
using EnvelopeCrypto.Tests.Keys.Passphrases;

namespace EnvelopeCrypto.Tests.Keys;

public sealed class KekAllowListTests : IDisposable
{
    private readonly CertificateBench _bench = new();
    private readonly ScriptedKekProvider _service = new("service", UnwrapPriority.KeyService);
    private readonly PassphraseBench _passphrase = new("correct horse");
    private readonly X509Certificate2 _alice = TestCertificate.OfAlice();
    private readonly DataKey _dataKey = DataKey.Generate();
    private readonly KekReference _file;
    private readonly Recipient _recipient;

    public KekAllowListTests()
    {
        _file = _bench.File("alice.pfx", _alice.Export(X509ContentType.Pfx));
        using var publicKey = _alice.GetRSAPublicKey()!;
        var bytes = new byte[DataKey.Size];
        _dataKey.CopyTo(bytes);
        _recipient = new Recipient
        {
            Algorithm = RecipientAlgorithm.Rsa,
            Kid = TestCertificate.KidOf(_alice),
            IssuedAt = 0,
            WrappedKey = publicKey.Encrypt(bytes, System.Security.Cryptography.RSAEncryptionPadding.OaepSHA256),
        };
    }

    public void Dispose()
    {
        _bench.Dispose();
        _passphrase.Dispose();
        _alice.Dispose();
        _dataKey.Dispose();
    }

    [Fact]
    public async Task Path_allows_and_brings_the_private_key() => await OpensAsync(_recipient, _file.Text);

    [Fact]
    public async Task Canonical_reference_allows_and_another_entry_brings_the_private_key()
    {
        await OpensAsync(_recipient, TestCertificate.KidOf(_alice), _file.Text);
        await OpensAsync(_recipient, "x509:sha256:" + _recipient.Kid[12..].ToUpperInvariant(), _file.Text);
        await OpensAsync(_recipient, _bench.File("alice.cer", _alice.RawData).Text, _file.Text);
    }

    [Fact]
    public async Task Service_that_cannot_say_what_an_entry_means_is_asked_once()
    {
        _service.Identify = _ => throw new EnvelopeException(EnvelopeError.AccessDenied, "no.");
        using var session = new KekSession([_service], ["service:alias"]);
        foreach (var error in new[] { EnvelopeError.AccessDenied, EnvelopeError.NotTried })
        {
            await KekFailure.ThrowsAsync(error, () => session.UnwrapAsync(
                [ScriptedKekProvider.RecipientOf("service:a", _dataKey)], new KeySubject(EncryptionContext.Empty), _ => true, CancellationToken.None).AsTask());
        }
        Assert.Equal(["identify service:alias"], _service.Calls);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("x509:*")]
    [InlineData("x509:sha256:*")]
    public async Task Pattern_allows(string pattern)
    {
        await _bench.IdentifyAsync(_file);
        await OpensAsync(_recipient, pattern);
    }

    [Theory]
    [InlineData("local:*")]
    [InlineData("x509:sha256:0*0")]
    [InlineData("X509:*")]
    [InlineData("x509:sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("local:default")]
    [InlineData("alias/backup")]
    [InlineData("passphrase")]
    public async Task What_is_not_listed_is_refused_although_the_key_is_here(string entry)
    {
        await _bench.IdentifyAsync(_file);
        await RefusedAsync(EnvelopeError.KekNotAllowed, _recipient, entry);
    }

    [Fact]
    public async Task Other_certificate_is_refused()
    {
        using var bob = TestCertificate.OfBob();
        await _bench.IdentifyAsync(_file);
        await RefusedAsync(EnvelopeError.KekNotAllowed, _recipient, _bench.File("bob.cer", bob.RawData).Text);
    }

    [Fact]
    public async Task Entry_of_a_key_service_is_resolved_once()
    {
        _service.Identify = _ => "service:resolved";
        var recipient = ScriptedKekProvider.RecipientOf("service:resolved", _dataKey);
        using var session = Session("service:alias");
        for (var i = 0; i < 3; i++)
            (await UnwrapAsync(session, recipient)).Dispose();
        Assert.Single(_service.Calls, call => call == "identify service:alias");
    }

    [Fact]
    public async Task Key_service_that_is_gone_does_not_keep_a_certificate_from_opening()
    {
        _service.Identify = _ => throw new EnvelopeException(EnvelopeError.KekNotFound, "the service does not answer.");
        await OpensAsync(_recipient, "service:alias", _file.Text);
        Assert.Empty(_service.Calls);
    }

    [Fact]
    public async Task Entry_that_cannot_be_resolved_is_the_reason_unless_another_allows()
    {
        _service.Identify = _ => throw new EnvelopeException(EnvelopeError.KekNotFound, "the service does not answer.");
        var recipient = ScriptedKekProvider.RecipientOf("service:a", _dataKey);
        await RefusedAsync(EnvelopeError.KekNotFound, recipient, "service:alias");
        await OpensAsync(recipient, "service:alias", "service:*");
        await RefusedAsync(EnvelopeError.CertificateNotFound, _recipient, _bench.Reference("absent.pem").Text);
        await OpensAsync(_recipient, _bench.Reference("absent.pem").Text, _file.Text);
    }

    [Fact]
    public async Task Entry_of_a_kind_without_provider_does_not_keep_others_from_opening() =>
        await OpensAsync(_recipient, "arn:aws:kms:eu-west-1:111122223333:key/*", "alias/backup", _file.Text);

    [Fact]
    public void Entry_that_is_no_reference_is_refused_before_any_file() =>
        KekFailure.Throws(EnvelopeError.KekReferenceInvalid, () => Session(_file.Text, "no reference"));

    [Fact]
    public async Task Passphrase_that_was_given_needs_an_entry_like_any_other()
    {
        var recipient = await _passphrase.WrapAsync(_dataKey);
        using var listed = new KekSession([_passphrase.Provider], ["local:default", "passphrase"]);
        using var opened = await listed.UnwrapAsync([recipient], new KeySubject(PassphraseBench.Context), Fits, CancellationToken.None);
        Assert.Equal("passphrase", opened.OpenedBy.Kek);

        using var other = new KekSession([_passphrase.Provider], ["local:default"]);
        await EnvelopeCrypto.Tests.Support.Refused.AsAsync(
            EnvelopeError.KekNotAllowed,
            async () => await other.UnwrapAsync([recipient], new KeySubject(PassphraseBench.Context), Fits, CancellationToken.None));
    }

    [Fact]
    public async Task Allowed_file_brings_the_private_key_of_a_certificate_that_is_opened_for_wrapping()
    {
        using var session = Session(_file.Text);
        var keks = await session.OpenAsync([_bench.File("alice.cer", _alice.RawData)], CancellationToken.None);
        Assert.True(Assert.Single(keks).CanUnwrap);
    }

    [Fact]
    public async Task Certificate_that_cannot_be_read_keeps_no_other_from_bringing_its_private_key()
    {
        using var session = Session(_bench.Reference("absent.pem").Text, _bench.File("junk.pem", "no certificate").Text, _file.Text);
        var keks = await session.OpenAsync([_bench.File("alice.cer", _alice.RawData)], CancellationToken.None);
        Assert.True(Assert.Single(keks).CanUnwrap);
    }

    [Fact]
    public async Task Many_threads_resolve_alike()
    {
        using var session = Session("service:none", _file.Text);
        await Parallel.ForAsync(0, 32, async (_, _) => (await UnwrapAsync(session, _recipient)).Dispose());
    }

    private KekSession Session(params string[] allowed) => new([_bench.Provider, _service], allowed);

    private bool Fits(DataKey dataKey) => dataKey.SameAs(_dataKey);

    private async Task<UnwrappedDataKey> UnwrapAsync(KekSession session, Recipient recipient) =>
        await session.UnwrapAsync([recipient], new KeySubject(EncryptionContext.Empty), Fits, CancellationToken.None);

    // A session of its own would dispose the provider, which other steps of a test still need.
    private async Task OpensAsync(Recipient recipient, params string[] allowed)
    {
        using var opened = await UnwrapAsync(Session(allowed), recipient);
        Assert.True(opened.DataKey.SameAs(_dataKey));
    }

    private async Task RefusedAsync(EnvelopeError error, Recipient recipient, params string[] allowed) =>
        await KekFailure.ThrowsAsync(error, () => UnwrapAsync(Session(allowed), recipient));
}
