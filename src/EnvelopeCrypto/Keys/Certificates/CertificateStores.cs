using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EnvelopeCrypto.Keys.Certificates;

/// <summary>
/// The personal certificates of the user and of the machine, read once and on first need. Not every system has both; one that is
/// missing, or closed to this user, is empty.
/// </summary>
internal sealed class CertificateStores : IDisposable
{
    private readonly Lazy<KekCertificate[]> _certificates = new(
        () => [.. Read(StoreLocation.CurrentUser), .. Read(StoreLocation.LocalMachine)]);

    public KekCertificate? ByThumbprint(string hex) => BestFirst(certificate => certificate.HasThumbprint(hex)).FirstOrDefault();

    /// <summary>The certificates of one public key: those with a private key first, then the one that is valid longest.</summary>
    public IEnumerable<KekCertificate> ByKid(string kid) => BestFirst(certificate => certificate.Kid == kid);

    public void Dispose()
    {
        if (!_certificates.IsValueCreated)
            return;
        foreach (var certificate in _certificates.Value)
            certificate.Dispose();
    }

    private static List<KekCertificate> Read(StoreLocation location)
    {
        var certificates = new List<KekCertificate>();
        try
        {
            using var store = new X509Store(StoreName.My, location);
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            foreach (var certificate in store.Certificates)
                Add(certificates, certificate);
        }
        catch (Exception failure) when (failure
            is CryptographicException or PlatformNotSupportedException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            // Linux has no personal store of the machine, and without HOME none of the user.
        }
        return certificates;
    }

    private static void Add(List<KekCertificate> certificates, X509Certificate2 certificate)
    {
        try
        {
            certificates.Add(new KekCertificate(certificate, CertificatePrivateKey.JoinedTo(certificate)));
        }
        catch (CryptographicException)
        {
            // A certificate that does not even show its public key is not one that anybody looks for here.
            certificate.Dispose();
        }
    }

    private IEnumerable<KekCertificate> BestFirst(Func<KekCertificate, bool> isMeant) => _certificates.Value
        .Where(isMeant)
        .OrderByDescending(certificate => certificate.PrivateKey is not null)
        .ThenByDescending(certificate => certificate.NotAfter);
}
