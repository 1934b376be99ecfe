using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Tests.Keys.Certificates;

/// <summary>The user's store is a folder under HOME on Linux. What is put there is a new certificate, and is taken out again.</summary>
public sealed class CertificateStoreTests : IDisposable
{
    private readonly X509Certificate2 _certificate = TestCertificate.OfNewKey();
    private readonly CertificateBench _bench = new();

    public void Dispose()
    {
        _bench.Dispose();
        _certificate.Dispose();
    }

    [Fact]
    public Task Certificate_is_found_by_either_thumbprint_in_any_case() => WithStoredAsync(_certificate, async () =>
    {
        foreach (var algorithm in new[] { HashAlgorithmName.SHA1, HashAlgorithmName.SHA256 })
        {
            var thumbprint = _certificate.GetCertHashString(algorithm);
            Assert.True(await _bench.RoundTripsAsync(KekReference.Parse("x509:" + thumbprint.ToUpperInvariant())));
            Assert.Equal(
                TestCertificate.KidOf(_certificate),
                await _bench.IdentifyAsync(KekReference.Parse("x509:" + thumbprint.ToLowerInvariant())));
        }
    });

    [Fact]
    public Task Certificate_is_found_by_canonical_form() => WithStoredAsync(_certificate, async () =>
        Assert.True(await _bench.RoundTripsAsync(KekReference.Parse(TestCertificate.KidOf(_certificate)))));

    [Fact]
    public Task Private_key_in_the_store_opens_by_default_what_a_file_wrapped() => WithStoredAsync(_certificate, async () =>
    {
        using var other = new CertificateBench();
        using var dataKey = DataKey.Generate();
        var recipient = await other.WrapAsync(other.File("a.cer", _certificate.RawData), dataKey);

        Assert.True(await _bench.Provider.IsAllowedByDefaultAsync(recipient, CancellationToken.None));
        using var unwrapped = await _bench.UnwrapAsync(recipient);
        Assert.True(unwrapped.SameAs(dataKey));
    });

    [Fact]
    public async Task Certificate_without_private_key_in_the_store_wraps_and_is_not_allowed_by_default()
    {
        using var publicPart = new X509Certificate2(_certificate.RawData);
        await WithStoredAsync(publicPart, async () =>
        {
            var stranger = new Recipient
            {
                Algorithm = RecipientAlgorithm.Rsa,
                Kid = TestCertificate.KidOf(_certificate),
                IssuedAt = 0,
                WrappedKey = new byte[256],
            };
            Assert.False(await _bench.Provider.IsAllowedByDefaultAsync(stranger, CancellationToken.None));
            var kek = await _bench.OpenAsync(KekReference.Parse("x509:" + _certificate.Thumbprint));
            Assert.False(kek.CanUnwrap);
            await KekFailure.ThrowsAsync(EnvelopeError.PrivateKeyMissing, () => _bench.UnwrapAsync(stranger));
        });
    }

    [Fact]
    public async Task Elliptic_curve_in_the_store_is_refused()
    {
        using var curve = TestCertificate.OfEllipticCurve();
        await WithStoredAsync(curve, () =>
            KekFailure.ThrowsAsync(EnvelopeError.CertificateUnsuitable, () => _bench.OpenAsync(KekReference.Parse("x509:" + curve.Thumbprint))));
    }

    [Fact]
    public async Task Thumbprint_that_no_store_has_is_refused()
    {
        await KekFailure.ThrowsAsync(
            EnvelopeError.CertificateNotFound, () => _bench.OpenAsync(KekReference.Parse("x509:" + new string('0', 40))));
        await KekFailure.ThrowsAsync(
            EnvelopeError.CertificateNotFound, () => _bench.IdentifyAsync(KekReference.Parse("x509:" + new string('f', 64))));
    }

    [Fact]
    public async Task File_that_is_named_like_a_thumbprint_is_reached_by_its_folder()
    {
        var name = new string('0', 40);
        Assert.Equal(TestCertificate.KidOf(_certificate), await _bench.IdentifyAsync(_bench.File(name, _certificate.RawData)));
        await KekFailure.ThrowsAsync(EnvelopeError.CertificateNotFound, () => _bench.IdentifyAsync(KekReference.Parse("x509:" + name)));
    }

    private static async Task WithStoredAsync(X509Certificate2 certificate, Func<Task> test)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux(), "Elsewhere the store keeps the private key in a place of its own, which removal leaves behind.");
        using var store = new X509Store(StoreName.My, StoreLocation.CurrentUser);
        store.Open(OpenFlags.ReadWrite);
        try
        {
            store.Add(certificate);
            await test();
        }
        finally
        {
            store.Remove(certificate);
        }
    }
}
