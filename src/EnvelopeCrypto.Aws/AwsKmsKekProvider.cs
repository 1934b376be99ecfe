using System.Collections.Concurrent;
using EnvelopeCrypto.Aws.Sdk;
using EnvelopeCrypto.Aws.Service;
using EnvelopeCrypto.Format;
using EnvelopeCrypto.Keys;

namespace EnvelopeCrypto.Aws;

/// <summary>
/// Keys of AWS KMS as KEKs: <c>arn:aws:kms:...</c>, <c>alias/NAME</c>, <c>aws-kms:ID</c>; symmetric keys, always with the encryption
/// context, and RSA keys, whose wraps have none. For several threads at once. It keeps a client for each Region.
/// </summary>
/// <remarks>
/// An alias or id is resolved once; recipients name the key by its ARN. A wrapped key is unwrapped only by the key that the recipient
/// names, in that key's Region; for a multi-Region key the related one in the configured Region is asked first.
/// </remarks>
public sealed class AwsKmsKekProvider : IKekProvider
{
    private readonly SdkServices _services;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _runEnds = new();
    private readonly KmsKeys _keys;
    private readonly CallerAccount _account;

    // Related keys of multi-Region keys that were asked and could not serve: there may be no replica in this Region.
    private readonly ConcurrentDictionary<string, bool> _unhelpful = new(StringComparer.Ordinal);

    /// <param name="connection">Profile, Region and endpoint.</param>
    /// <param name="time">For the time of a wrap.</param>
    /// <exception cref="EnvelopeException">ConnectionInvalid.</exception>
    public AwsKmsKekProvider(AwsKmsConnection connection, TimeProvider? time = null)
        : this(new SdkServices(connection, SdkLimits.Default), time ?? TimeProvider.System)
    {
    }

    internal AwsKmsKekProvider(SdkServices services, TimeProvider time)
    {
        _services = services;
        _time = time;
        _keys = new KmsKeys(services, _runEnds.Token);
        _account = new CallerAccount(services.FindRegionAsync, services.GetCallerIdentityAsync, _runEnds.Token);
    }

    /// <inheritdoc/>
    public UnwrapPriority Turn => UnwrapPriority.KeyService;

    /// <inheritdoc/>
    public bool Serves(KekReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return reference.Kind == KekKind.AwsKms;
    }

    /// <inheritdoc/>
    public bool Serves(Recipient recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        return recipient.Algorithm is RecipientAlgorithm.AwsKms or RecipientAlgorithm.AwsKmsRsa;
    }

    /// <summary>The key's ARN. An alias or id is asked for once (DescribeKey).</summary>
    /// <exception cref="EnvelopeException">KekNotFound, AccessDenied, RegionRequired and whatever else the service fails with.</exception>
    public async ValueTask<string> IdentifyAsync(KekReference reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return (await _keys.IdentifyAsync(reference, cancellationToken)).Text;
    }

    /// <inheritdoc/>
    /// <exception cref="EnvelopeException">
    /// KekNotFound, KekDisabled, KekPendingDeletion, KekUnsuitable, AccessDenied, RegionRequired and whatever
    /// else the service fails with.
    /// </exception>
    public async ValueTask<IKek> OpenAsync(KekReference reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var (arn, kind) = await _keys.FindAsync(reference, cancellationToken);
        return new AwsKmsKek(arn, kind, _services, _keys, _time);
    }

    /// <summary>True for keys of the caller's own account, which is asked for once (GetCallerIdentity).</summary>
    /// <exception cref="EnvelopeException">Why the account is not known.</exception>
    public async ValueTask<bool> IsAllowedByDefaultAsync(Recipient recipient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        return await _account.OwnsAsync(ArnOf(recipient), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="EnvelopeException">
    /// WrappedKeyInvalid, KekMismatch, KekReferenceInvalid; AccessDenied, KekNotFound, KekDisabled and whatever
    /// else the service fails with.
    /// </exception>
    public async ValueTask<DataKey> UnwrapAsync(Recipient recipient, EncryptionContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        var arn = ArnOf(recipient);
        if (await RelatedAsync(arn, cancellationToken) is { } related)
        {
            try
            {
                return await UnwrapAsync(recipient, related, context, cancellationToken);
            }
            catch (EnvelopeException failure) when (failure.Error != EnvelopeError.WrappedKeyInvalid)
            {
                // The stored key has the last word, and its failure is the one that is told.
                _unhelpful.TryAdd(related.Text, true);
            }
        }
        return await UnwrapAsync(recipient, arn, context, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_runEnds.IsCancellationRequested)
            return;
        _runEnds.Cancel();
        _keys.Dispose();
        _services.Dispose();
        _runEnds.Dispose();
    }

    private static KmsKeyArn ArnOf(Recipient recipient) => KmsKeyArn.TryParse(recipient.Kid, out var arn)
        ? SdkPartition.Require(arn)
        : throw new EnvelopeException(EnvelopeError.HeaderInvalid, "its recipient names no key of AWS KMS.");

    private async Task<KmsKeyArn?> RelatedAsync(KmsKeyArn arn, CancellationToken cancellationToken)
    {
        if (!arn.IsMultiRegion || await _services.FindRegionAsync(cancellationToken) is not { } region || region == arn.Region
            || !SdkPartition.Holds(arn.Partition, region))
        {
            return null;
        }
        return arn.InRegion(region) is { } related && !_unhelpful.ContainsKey(related.Text) ? related : null;
    }

    private async Task<DataKey> UnwrapAsync(
        Recipient recipient, KmsKeyArn arn, EncryptionContext context, CancellationToken cancellationToken)
    {
        var wrapped = new KmsWrapped(arn.Text, recipient.WrappedKey);
        var answer = await _services.Kms(arn.Region).DecryptAsync(
            wrapped, recipient.Algorithm == RecipientAlgorithm.AwsKmsRsa, context, cancellationToken);
        return KmsCheck.Unwrapped(answer, arn.Text);
    }
}
