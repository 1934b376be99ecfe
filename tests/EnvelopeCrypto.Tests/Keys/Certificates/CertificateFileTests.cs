using System.Security.Cryptography.X509Certificates;

namespace EnvelopeCrypto.Tests.Keys.Certificates;

public sealed class CertificateFileTests : IDisposable
{
    private readonly CertificateBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("key.cer")]
    [InlineData("key.crt")]
    [InlineData("key.pem")]
    [InlineData("key.pfx")]
    [InlineData("key")]
    public async Task Content_decides_and_not_the_name(string name)
    {
        using var certificate = TestCertificate.OfAlice();
        var kid = TestCertificate.KidOf(certificate);

        Assert.Equal(kid, await _bench.IdentifyAsync(_bench.File("der-" + name, certificate.RawData)));
        Assert.Equal(kid, await _bench.IdentifyAsync(_bench.File("pem-" + name, certificate.ExportCertificatePem())));
        Assert.Equal(kid, await _bench.IdentifyAsync(_bench.File("pfx-" + name, certificate.Export(X509ContentType.Pfx))));
    }

    [Fact]
    public async Task A_mark_of_UTF_8_before_the_text_does_not_matter()
    {
        using var certificate = TestCertificate.OfAlice();
        var pem = certificate.ExportCertificatePem();
        Assert.Equal(TestCertificate.KidOf(certificate), await _bench.IdentifyAsync(_bench.File("a.pem", "\ufeff" + pem)));
        Assert.True(await _bench.RoundTripsAsync(_bench.File("b.pem", "\ufeff" + TestCertificate.KeyPem(certificate) + "\r\n" + pem)));
        Assert.True(await _bench.RoundTripsAsync(_bench.File("c.pem", "\ufeff" + pem + "\n" + TestCertificate.KeyPem(certificate))));
    }

    [Fact]
    public async Task Private_key_in_pkcs8_serves()
    {
        using var certificate = TestCertificate.OfAlice();
        Assert.True(await _bench.RoundTripsAsync(_bench.File("a.pem", certificate.ExportCertificatePem() + "\n" + TestCertificate.KeyPem(certificate))));
    }

    [Fact]
    public async Task Private_key_in_pkcs1_before_the_certificate_serves()
    {
        using var certificate = TestCertificate.OfAlice();
        Assert.True(await _bench.RoundTripsAsync(_bench.File("a.pem", TestCertificate.OldKeyPem(certificate) + "\r\nsome words\r\n" + certificate.ExportCertificatePem())));
    }

    [Fact]
    public async Task Pfx_without_passphrase_serves()
    {
        using var certificate = TestCertificate.OfAlice();
        Assert.True(await _bench.RoundTripsAsync(_bench.File("a.pfx", certificate.Export(X509ContentType.Pfx))));
        Assert.True(await _bench.RoundTripsAsync(_bench.File("b.pfx", certificate.Export(X509ContentType.Pfx, ""))));
    }

    [Fact]
    public async Task Pfx_under_a_passphrase_serves()
    {
        using var certificate = TestCertificate.OfAlice();
        _bench.Passphrases.Certificate.Set(TestCertificate.Passphrase);
        Assert.True(
            await _bench.RoundTripsAsync(_bench.File("a.p12", certificate.Export(X509ContentType.Pfx, TestCertificate.Passphrase))));
    }

    [Fact]
    public async Task Pfx_that_needs_a_passphrase_says_so()
    {
        using var certificate = TestCertificate.OfAlice();
        var reference = _bench.File("a.pfx", certificate.Export(X509ContentType.Pfx, TestCertificate.Passphrase));
        var failure = await KekFailure.ThrowsAsync(EnvelopeError.PassphraseRequired, () => _bench.OpenAsync(reference));
        Assert.Contains(reference.Id, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pfx_under_another_passphrase_is_refused()
    {
        using var certificate = TestCertificate.OfAlice();
        _bench.Passphrases.Certificate.Set("battery staple");
        var reference = _bench.File("a.pfx", certificate.Export(X509ContentType.Pfx, TestCertificate.Passphrase));
        var failure = await KekFailure.ThrowsAsync(EnvelopeError.CertificateNotFound, () => _bench.OpenAsync(reference));
        Assert.DoesNotContain("battery", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_pfx_chain_the_certificate_with_the_private_key_is_used()
    {
        using var alice = TestCertificate.OfAlice();
        using var bob = TestCertificate.OfBob();
        using var publicBob = new X509Certificate2(bob.RawData);
        foreach (var chain in new[] { new X509Certificate2Collection { publicBob, alice }, [alice, publicBob] })
        {
            Assert.Equal(
                TestCertificate.KidOf(alice),
                await _bench.IdentifyAsync(_bench.File($"{Guid.NewGuid():N}.pfx", chain.Export(X509ContentType.Pfx)!)));
        }
        Assert.Empty(_bench.Warnings);
    }

    [Fact]
    public async Task Of_a_pem_chain_the_certificate_of_the_private_key_is_used()
    {
        using var alice = TestCertificate.OfAlice();
        using var bob = TestCertificate.OfBob();
        var chain = alice.ExportCertificatePem() + "\n" + bob.ExportCertificatePem() + "\n";

        Assert.Equal(TestCertificate.KidOf(alice), await _bench.IdentifyAsync(_bench.File("first.pem", chain)));
        Assert.Equal(
            TestCertificate.KidOf(bob), await _bench.IdentifyAsync(_bench.File("second.pem", chain + TestCertificate.KeyPem(bob))));
        Assert.Equal(
            TestCertificate.KidOf(bob), await _bench.IdentifyAsync(_bench.File("before.pem", TestCertificate.KeyPem(bob) + "\n" + chain)));
    }

    [Fact]
    public async Task Of_a_pem_chain_with_an_encrypted_key_the_first_is_used_with_a_warning()
    {
        using var alice = TestCertificate.OfAlice();
        using var bob = TestCertificate.OfBob();
        var reference = _bench.File(
            "chain.pem", alice.ExportCertificatePem() + "\n" + bob.ExportCertificatePem() + "\n" + TestCertificate.LockedKeyPem(bob));
        Assert.Equal(TestCertificate.KidOf(alice), await _bench.IdentifyAsync(reference));
        Assert.Single(_bench.Warnings);
    }

    [Fact]
    public async Task Of_a_pem_chain_with_an_encrypted_key_the_passphrase_finds_the_right_one()
    {
        using var alice = TestCertificate.OfAlice();
        using var bob = TestCertificate.OfBob();
        _bench.Passphrases.Certificate.Set(TestCertificate.Passphrase);
        var reference = _bench.File(
            "chain.pem", alice.ExportCertificatePem() + "\n" + bob.ExportCertificatePem() + "\n" + TestCertificate.LockedKeyPem(bob));
        Assert.Equal(TestCertificate.KidOf(bob), await _bench.IdentifyAsync(reference));
        Assert.True(await _bench.RoundTripsAsync(reference));
        Assert.Empty(_bench.Warnings);
    }

    [Fact]
    public async Task Private_key_of_another_certificate_is_left_alone()
    {
        using var alice = TestCertificate.OfAlice();
        using var bob = TestCertificate.OfBob();
        var kek = await _bench.OpenAsync(_bench.File("mixed.pem", alice.ExportCertificatePem() + "\n" + TestCertificate.KeyPem(bob)));
        Assert.Equal(TestCertificate.KidOf(alice), kek.Reference);
        Assert.False(kek.CanUnwrap);
        Assert.Single(_bench.Warnings);
    }

    [Fact]
    public async Task Key_in_the_old_encrypted_form_is_left_alone_with_a_warning()
    {
        using var alice = TestCertificate.OfAlice();
        var old = TestCertificate.OldKeyPem(alice).Replace(
            "KEY-----\nM", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,97D4\n\nM", StringComparison.Ordinal);
        var kek = await _bench.OpenAsync(_bench.File("old.pem", alice.ExportCertificatePem() + "\n" + old));
        Assert.False(kek.CanUnwrap);
        Assert.Single(_bench.Warnings);
    }

    [Fact]
    public async Task Missing_file_is_refused()
    {
        var failure = await KekFailure.ThrowsAsync(
            EnvelopeError.CertificateNotFound, () => _bench.OpenAsync(_bench.Reference("absent.pem")));
        Assert.Contains("absent.pem", failure.Message, StringComparison.Ordinal);
        await KekFailure.ThrowsAsync(EnvelopeError.CertificateNotFound, () => _bench.OpenAsync(_bench.Reference("absent/absent.pem")));
        await KekFailure.ThrowsAsync(
            EnvelopeError.CertificateNotFound, () => _bench.OpenAsync(EnvelopeCrypto.Keys.KekReference.Parse("x509:\0")));
    }

    [Fact]
    public async Task Directory_is_refused() =>
        await KekFailure.ThrowsAsync(EnvelopeError.CertificateNotFound, () => _bench.OpenAsync(_bench.Reference("")));

    [Theory]
    [InlineData("")]
    [InlineData("no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\n")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n")]
    [InlineData("0\u0003\u0002\u0001\u0001")]
    public async Task Garbage_is_refused(string content) =>
        await KekFailure.ThrowsAsync(EnvelopeError.CertificateNotFound, () => _bench.OpenAsync(_bench.File("garbage.pem", content)));

    [Fact]
    public async Task Private_key_without_its_certificate_is_refused()
    {
        using var certificate = TestCertificate.OfAlice();
        await KekFailure.ThrowsAsync(
            EnvelopeError.CertificateNotFound, () => _bench.OpenAsync(_bench.File("key.pem", TestCertificate.KeyPem(certificate))));
    }

    [Fact]
    public async Task Damaged_files_are_refused()
    {
        using var certificate = TestCertificate.OfAlice();
        foreach (var whole in new[] { certificate.RawData, certificate.Export(X509ContentType.Pfx) })
        {
            for (var i = 1; i < 8; i++)
            {
                var cut = whole[..(whole.Length * i / 8)];
                var failure = await Assert.ThrowsAsync<EnvelopeException>(() => _bench.OpenAsync(_bench.File($"{Guid.NewGuid():N}", cut)));
                Assert.True(failure.Error is EnvelopeError.CertificateNotFound or EnvelopeError.PassphraseRequired, failure.ToString());
            }
        }
    }

    [Fact]
    public async Task File_that_is_too_long_is_refused()
    {
        using var certificate = TestCertificate.OfAlice();
        var pem = certificate.ExportCertificatePem() + "\n";
        await KekFailure.ThrowsAsync(
            EnvelopeError.CertificateNotFound, () => _bench.OpenAsync(_bench.File("long.pem", pem + new string('\n', 1024 * 1024))));
        await _bench.OpenAsync(_bench.File("full.pem", pem + new string('\n', (1024 * 1024) - pem.Length)));
    }

    [Fact]
    public async Task Failure_is_remembered_and_names_the_file_that_it_is_told_for()
    {
        var reference = _bench.Reference("late.pem");
        var first = await KekFailure.ThrowsAsync(EnvelopeError.CertificateNotFound, () => _bench.OpenAsync(reference));
        using var certificate = TestCertificate.OfAlice();
        _bench.File("late.pem", certificate.ExportCertificatePem());
        var second = await KekFailure.ThrowsAsync(EnvelopeError.CertificateNotFound, () => _bench.OpenAsync(reference));
        Assert.Equal(("a.evc", "b.evc"), (first.About("a.evc").Path, second.About("b.evc").Path));
        Assert.Equal(first.Reason, second.Reason);
    }
}
