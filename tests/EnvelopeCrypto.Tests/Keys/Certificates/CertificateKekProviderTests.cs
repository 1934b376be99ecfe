using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;
using EnvelopeCrypto.Tests.Support;

namespace EnvelopeCrypto.Tests.Keys.Certificates;

public sealed class CertificateKekProviderTests : IDisposable
{
    private readonly TestTime _time = new();
    private readonly CertificateBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Recipient_names_algorithm_public_key_and_time()
    {
        using var bench = new CertificateBench(time: _time);
        using var certificate = TestCertificate.OfAlice();
        using var dataKey = DataKey.Generate();
        var recipient = await bench.WrapAsync(bench.File("a.cer", certificate.RawData), dataKey);

        Assert.Equal("rsa-oaep-256", recipient.Algorithm);
        Assert.Equal(TestCertificate.KidOf(certificate), recipient.Kid);
        Assert.Equal(1_795_284_000, recipient.IssuedAt);
        Assert.Equal(256, recipient.WrappedKey.Length);
        using var key = certificate.GetRSAPrivateKey()!;
        using var unwrapped = DataKey.FromBytes(key.Decrypt(recipient.WrappedKey.Span, RSAEncryptionPadding.OaepSHA256));
        Assert.True(unwrapped.SameAs(dataKey));
    }

    [Fact]
    public async Task Opens_what_openssl_wrapped()
    {
        _bench.Passphrases.Certificate.Set(OpenSslCertificate.Passphrase);
        var reference = _bench.File("openssl.pem", OpenSslCertificate.Certificate + "\n" + OpenSslCertificate.LockedKey + "\n");
        Assert.Equal(OpenSslCertificate.Kid, await _bench.IdentifyAsync(reference));

        using var unwrapped = await _bench.UnwrapAsync(
            Recipient(OpenSslCertificate.Kid, Convert.FromBase64String(OpenSslCertificate.WrappedKey)));
        using var expected = DataKey.FromBytes([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        Assert.True(unwrapped.SameAs(expected));
    }

    [Fact]
    public async Task Public_part_wraps_and_cannot_unwrap()
    {
        using var certificate = TestCertificate.OfAlice();
        using var dataKey = DataKey.Generate();
        var kek = await _bench.OpenAsync(_bench.File("a.cer", certificate.RawData));
        var recipient = await kek.WrapAsync(dataKey, EncryptionContext.Empty, CancellationToken.None);

        Assert.False(kek.CanUnwrap);
        await KekFailure.ThrowsAsync(EnvelopeError.PrivateKeyMissing, () => _bench.UnwrapAsync(recipient));
    }

    [Fact]
    public async Task Private_key_that_comes_later_opens_what_the_public_part_wrapped()
    {
        using var certificate = TestCertificate.OfAlice();
        using var dataKey = DataKey.Generate();
        var kek = await _bench.OpenAsync(_bench.File("a.cer", certificate.RawData));
        var recipient = await kek.WrapAsync(dataKey, EncryptionContext.Empty, CancellationToken.None);

        await _bench.IdentifyAsync(_bench.File("a.pfx", certificate.Export(X509ContentType.Pfx)));
        Assert.True(kek.CanUnwrap);
        using var unwrapped = await _bench.UnwrapAsync(recipient);
        Assert.True(unwrapped.SameAs(dataKey));
    }

    [Fact]
    public async Task Missing_private_key_names_the_file_that_was_not_read()
    {
        using var certificate = TestCertificate.OfAlice();
        using var dataKey = DataKey.Generate();
        var recipient = await _bench.WrapAsync(_bench.File("a.cer", certificate.RawData), dataKey);
        await KekFailure.ThrowsAsync(EnvelopeError.CertificateNotFound, () => _bench.IdentifyAsync(_bench.Reference("a.pfx")));
        var failure = await KekFailure.ThrowsAsync(EnvelopeError.PrivateKeyMissing, () => _bench.UnwrapAsync(recipient));
        Assert.Contains("a.pfx", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encrypted_key_is_not_asked_for_when_only_wrapping()
    {
        var person = new TypingPerson(TestCertificate.Passphrase);
        using var bench = new CertificateBench(person);
        using var certificate = TestCertificate.OfAlice();
        using var dataKey = DataKey.Generate();
        var kek = await bench.OpenAsync(
            bench.File("a.pem", certificate.ExportCertificatePem() + "\n" + TestCertificate.LockedKeyPem(certificate)));
        var recipient = await kek.WrapAsync(dataKey, EncryptionContext.Empty, CancellationToken.None);
        Assert.Equal(0, person.Asked);
        Assert.False(kek.CanUnwrap);

        using var first = await bench.UnwrapAsync(recipient);
        using var second = await bench.UnwrapAsync(recipient);
        Assert.Equal(1, person.Asked);
        Assert.False(person.AskedTwice);
        Assert.True(kek.CanUnwrap);
        Assert.True(first.SameAs(dataKey) && second.SameAs(dataKey));
    }

    [Fact]
    public async Task Encrypted_key_without_passphrase_is_refused()
    {
        using var certificate = TestCertificate.OfAlice();
        using var dataKey = DataKey.Generate();
        var recipient = await _bench.WrapAsync(
            _bench.File("a.pem", certificate.ExportCertificatePem() + "\n" + TestCertificate.LockedKeyPem(certificate)), dataKey);
        var failure = await KekFailure.ThrowsAsync(EnvelopeError.PassphraseRequired, () => _bench.UnwrapAsync(recipient));
        Assert.Contains("a.pem", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encrypted_key_under_another_passphrase_is_refused_again_and_again()
    {
        using var certificate = TestCertificate.OfAlice();
        using var dataKey = DataKey.Generate();
        _bench.Passphrases.Certificate.Set("wrong");
        var kek = await _bench.OpenAsync(
            _bench.File("a.pem", certificate.ExportCertificatePem() + "\n" + TestCertificate.LockedKeyPem(certificate)));
        var recipient = await kek.WrapAsync(dataKey, EncryptionContext.Empty, CancellationToken.None);
        await KekFailure.ThrowsAsync(EnvelopeError.PrivateKeyMissing, () => _bench.UnwrapAsync(recipient));
        await KekFailure.ThrowsAsync(EnvelopeError.PrivateKeyMissing, () => _bench.UnwrapAsync(recipient));
        Assert.False(kek.CanUnwrap);
    }

    [Fact]
    public async Task Closed_copy_of_a_key_does_not_hide_an_open_one()
    {
        using var certificate = TestCertificate.OfAlice();
        await _bench.IdentifyAsync(
            _bench.File("a.pem", certificate.ExportCertificatePem() + "\n" + TestCertificate.LockedKeyPem(certificate)));
        Assert.True(await _bench.RoundTripsAsync(_bench.File("a.pfx", certificate.Export(X509ContentType.Pfx))));
    }

    [Fact]
    public async Task Every_changed_wrapped_key_is_refused_alike()
    {
        using var certificate = TestCertificate.OfAlice();
        using var bob = TestCertificate.OfBob();
        using var dataKey = DataKey.Generate();
        var recipient = await _bench.WrapAsync(_bench.File("a.pfx", certificate.Export(X509ContentType.Pfx)), dataKey);
        var wrapped = recipient.WrappedKey.ToArray();
        var flipped = wrapped.ToArray();
        flipped[^1] ^= 1;
        using var publicKey = certificate.GetRSAPublicKey()!;
        byte[][] bad =
        [
            flipped,
            wrapped[..^1],
            [.. wrapped, 0],
            [1],
            new byte[256],
            [.. Enumerable.Repeat((byte)0xff, 256)],
            new byte[8192],
            (await _bench.WrapAsync(_bench.File("b.cer", bob.RawData), dataKey)).WrappedKey.ToArray(),
            publicKey.Encrypt(new byte[31], RSAEncryptionPadding.OaepSHA256),
            publicKey.Encrypt(new byte[33], RSAEncryptionPadding.OaepSHA256),
            publicKey.Encrypt([], RSAEncryptionPadding.OaepSHA256),
            publicKey.Encrypt(new byte[32], RSAEncryptionPadding.OaepSHA1),
            publicKey.Encrypt(new byte[32], RSAEncryptionPadding.Pkcs1),
        ];

        var reasons = new HashSet<string>(StringComparer.Ordinal);
        foreach (var wrong in bad)
            reasons.Add((await KekFailure.ThrowsAsync(EnvelopeError.WrappedKeyInvalid, () => _bench.UnwrapAsync(Recipient(recipient.Kid, wrong)))).Reason);
        Assert.Single(reasons);
    }

    [Theory]
    [InlineData(-10, -5)]
    [InlineData(5, 10)]
    public async Task Certificate_out_of_date_wraps_with_one_warning_and_unwraps_silently(int from, int until)
    {
        using var bench = new CertificateBench(time: _time);
        using var certificate = TestCertificate.OfAlice(_time.Now.AddDays(from), _time.Now.AddDays(until));
        var reference = bench.File("a.pfx", certificate.Export(X509ContentType.Pfx));
        var kek = await bench.OpenAsync(reference);
        Assert.Empty(bench.Warnings);

        using var dataKey = DataKey.Generate();
        var recipient = await kek.WrapAsync(dataKey, EncryptionContext.Empty, CancellationToken.None);
        await bench.WrapAsync(reference, dataKey);
        Assert.Single(bench.Warnings);
        (await bench.UnwrapAsync(recipient)).Dispose();
        Assert.Single(bench.Warnings);
    }

    [Fact]
    public async Task Short_rsa_key_is_refused()
    {
        using var certificate = TestCertificate.OfNewKey(1024);
        await KekFailure.ThrowsAsync(
            EnvelopeError.CertificateUnsuitable, () => _bench.OpenAsync(_bench.File("short.cer", certificate.RawData)));
        await KekFailure.ThrowsAsync(
            EnvelopeError.CertificateUnsuitable,
            () => _bench.IdentifyAsync(_bench.File("short.pfx", certificate.Export(X509ContentType.Pfx))));
    }

    [Fact]
    public async Task Elliptic_curve_is_refused()
    {
        using var certificate = TestCertificate.OfEllipticCurve();
        await KekFailure.ThrowsAsync(
            EnvelopeError.CertificateUnsuitable, () => _bench.OpenAsync(_bench.File("curve.cer", certificate.RawData)));
        await KekFailure.ThrowsAsync(
            EnvelopeError.CertificateUnsuitable, () => _bench.OpenAsync(_bench.File("curve.pfx", certificate.Export(X509ContentType.Pfx))));
    }

    [Fact]
    public async Task Renewed_certificate_of_the_same_key_is_the_same_kek()
    {
        using var old = TestCertificate.OfAlice();
        using var renewed = TestCertificate.OfAlice();
        using var dataKey = DataKey.Generate();
        var recipient = await _bench.WrapAsync(_bench.File("old.cer", old.RawData), dataKey);
        var kek = await _bench.OpenAsync(_bench.File("new.cer", renewed.RawData));
        Assert.True(kek.IsNewest(recipient));
        Assert.False(kek.IsNewest(recipient with { Kid = "x509:sha256:" + new string('0', 64) }));
        Assert.False(kek.IsNewest(recipient with { Algorithm = RecipientAlgorithm.AwsKmsRsa }));
    }

    [Fact]
    public async Task Canonical_form_finds_a_certificate_that_was_read_before()
    {
        using var certificate = TestCertificate.OfNewKey();
        var canonical = KekReference.Parse(TestCertificate.KidOf(certificate));
        await KekFailure.ThrowsAsync(EnvelopeError.CertificateNotFound, () => _bench.OpenAsync(canonical));
        await _bench.IdentifyAsync(_bench.File("a.pfx", certificate.Export(X509ContentType.Pfx)));
        Assert.True(await _bench.RoundTripsAsync(canonical));
        Assert.True(
            await _bench.RoundTripsAsync(KekReference.Parse("x509:sha256:" + TestCertificate.KidOf(certificate)[12..].ToUpperInvariant())));
    }

    [Fact]
    public async Task Canonical_form_of_a_certificate_that_is_gone_can_be_compared()
    {
        var gone = "x509:sha256:" + new string('A', 64);
        Assert.Equal("x509:sha256:" + new string('a', 64), await _bench.IdentifyAsync(KekReference.Parse(gone)));
        await KekFailure.ThrowsAsync(
            EnvelopeError.PrivateKeyMissing, () => _bench.UnwrapAsync(Recipient("x509:sha256:" + new string('a', 64), new byte[256])));
    }

    [Fact]
    public async Task What_was_named_is_allowed_and_nothing_else()
    {
        using var alice = TestCertificate.OfNewKey();
        var recipient = Recipient(TestCertificate.KidOf(alice), new byte[256]);
        Assert.False(await _bench.Provider.IsAllowedByDefaultAsync(recipient, CancellationToken.None));
        await _bench.IdentifyAsync(_bench.File("a.cer", alice.RawData));
        Assert.True(await _bench.Provider.IsAllowedByDefaultAsync(recipient, CancellationToken.None));
    }

    [Fact]
    public async Task Many_threads_share_one_certificate()
    {
        var person = new TypingPerson(TestCertificate.Passphrase);
        using var bench = new CertificateBench(person, _time);
        using var certificate = TestCertificate.OfAlice(until: _time.Now.AddHours(-1));
        var reference = bench.File("a.pem", certificate.ExportCertificatePem() + "\n" + TestCertificate.LockedKeyPem(certificate));
        await Parallel.ForAsync(0, 64, async (_, _) => Assert.True(await bench.RoundTripsAsync(reference)));
        Assert.Equal(1, person.Asked);
        Assert.Single(bench.Warnings);
    }

    private static Recipient Recipient(string kid, byte[] wrappedKey) =>
        new() { Algorithm = RecipientAlgorithm.Rsa, Kid = kid, IssuedAt = 0, WrappedKey = wrappedKey };
}
