using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys.Certificates;

/// <summary>A certificate that is ready to wrap. Only its public key is needed.</summary>
internal sealed class CertificateKek(KekCertificate certificate, CertificateKekProvider provider, TimeProvider time) : IKek
{
    public string Reference => certificate.Kid;

    public bool CanUnwrap => provider.HasPrivateKey(certificate.Kid);

    public bool IsNewest(Recipient recipient) => recipient.Algorithm == RecipientAlgorithm.Rsa && recipient.Kid == certificate.Kid;

    public ValueTask<Recipient> WrapAsync(DataKey dataKey, EncryptionContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = time.GetUtcNow();
        provider.WarnWhenOutOfDate(certificate, now);
        return ValueTask.FromResult(new Recipient
        {
            Algorithm = RecipientAlgorithm.Rsa,
            Kid = certificate.Kid,
            IssuedAt = now.ToUnixTimeSeconds(),
            WrappedKey = certificate.Wrap(dataKey),
        });
    }
}
