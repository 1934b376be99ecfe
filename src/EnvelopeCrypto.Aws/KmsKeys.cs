using System.Collections.Concurrent;
using EnvelopeCrypto.Aws.Sdk;
using EnvelopeCrypto.Aws.Service;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Aws;

/// <summary>
/// The keys of a run: which key an alias or id means, asked once each by DescribeKey, and the public keys of RSA keys. A key ARN is
/// taken as it stands, so that anyone who has no right to describe keys can use them.
/// </summary>
internal sealed class KmsKeys(SdkServices services, CancellationToken runEnds) : IDisposable
{
    private readonly ConcurrentDictionary<string, Once<KmsKeyDescription>> _described = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Once<RsaPublicKey>> _rsa = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<RsaPublicKey> _imported = [];

    /// <summary>The key's ARN.</summary>
    /// <exception cref="EnvelopeException">
    /// KekReferenceInvalid, KekNotFound, RegionRequired and whatever the service fails with.
    /// </exception>
    public async Task<KmsKeyArn> IdentifyAsync(KekReference reference, CancellationToken cancellationToken) =>
        KmsKeyArn.TryParse(reference.Id, out var arn)
            ? SdkPartition.Require(arn)
            : ArnOf(await DescribeAsync(reference, cancellationToken));

    /// <summary>The key, ready to wrap: what is known of it is checked, and nothing is asked about a key ARN.</summary>
    /// <exception cref="EnvelopeException">
    /// KekNotFound, KekDisabled, KekPendingDeletion, KekUnsuitable and whatever the service fails with.
    /// </exception>
    public async Task<(KmsKeyArn Arn, KmsKeyKind Kind)> FindAsync(KekReference reference, CancellationToken cancellationToken)
    {
        if (KmsKeyArn.TryParse(reference.Id, out var arn))
            return (SdkPartition.Require(arn), KmsKeyKind.Unknown);
        var description = await DescribeAsync(reference, cancellationToken);
        RequireUsable(description, reference.Text);
        return (ArnOf(description), description.Spec == KmsWords.Symmetric ? KmsKeyKind.Symmetric : KmsKeyKind.Rsa);
    }

    /// <summary>The public key of an RSA key, asked for once.</summary>
    public Task<RsaPublicKey> PublicKeyAsync(KmsKeyArn arn, CancellationToken cancellationToken) =>
        _rsa.GetOrAdd(arn.Text, _ => new Once<RsaPublicKey>(stop => ImportAsync(arn, stop), runEnds)).GetAsync(cancellationToken);

    /// <summary>The Region for references that name none.</summary>
    /// <exception cref="EnvelopeException">RegionRequired; KekReferenceInvalid for a Region of another partition.</exception>
    public static async Task<string> RegionAsync(SdkServices services, KekReference reference, CancellationToken cancellationToken)
    {
        if (reference.Id.StartsWith("arn:", StringComparison.Ordinal))
        {
            SdkPartition.Require(reference.Id);
            return reference.Id.Split(':')[3];
        }
        return await services.FindRegionAsync(cancellationToken) ?? throw new EnvelopeException(
            EnvelopeError.RegionRequired,
            $"{reference}: no Region is known to look for it in; set AWS_REGION, or name the key by its ARN.");
    }

    public void Dispose()
    {
        foreach (var key in _imported)
            key.Dispose();
    }

    private static KmsKeyArn ArnOf(KmsKeyDescription description) =>
        KmsKeyArn.TryParse(description.KeyArn, out var arn)
            ? arn
            : throw KmsCheck.Failed($"AWS KMS gave a key ARN that is none: {ForeignText.Shorten(description.KeyArn)}.");

    private static void RequireUsable(KmsKeyDescription key, string name)
    {
        if (key.Usage != KmsWords.EncryptDecrypt
            || (key.Spec != KmsWords.Symmetric && !key.Spec.StartsWith(KmsWords.RsaPrefix, StringComparison.Ordinal)))
        {
            throw new EnvelopeException(
                EnvelopeError.KekUnsuitable,
                $"{name} ({key.KeyArn}) is a key of spec {key.Spec} for {key.Usage}; a KEK is a symmetric key or an RSA key for "
                + $"{KmsWords.EncryptDecrypt}.");
        }
        KmsState.RequireEnabled(key);
    }

    private Task<KmsKeyDescription> DescribeAsync(KekReference reference, CancellationToken cancellationToken) =>
        _described.GetOrAdd(reference.Id, _ => new Once<KmsKeyDescription>(stop => AskAsync(reference, stop), runEnds))
            .GetAsync(cancellationToken);

    private async Task<KmsKeyDescription> AskAsync(KekReference reference, CancellationToken cancellationToken)
    {
        var region = await RegionAsync(services, reference, cancellationToken);
        var description = await services.Kms(region).DescribeKeyAsync(reference.Id, cancellationToken);
        KmsCheck.Described(description, reference.Id, region);
        return description;
    }

    private async Task<RsaPublicKey> ImportAsync(KmsKeyArn arn, CancellationToken cancellationToken)
    {
        var key = RsaPublicKey.Import(await services.Kms(arn.Region).GetPublicKeyAsync(arn.Text, cancellationToken), arn.Text);
        _imported.Add(key);
        return key;
    }
}
