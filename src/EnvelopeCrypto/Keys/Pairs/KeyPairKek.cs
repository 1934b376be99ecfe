using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys.Pairs;

/// <summary>A key pair that is ready to wrap. Only its public half is needed.</summary>
/// <param name="kid"><c>pub:sha256:HEX</c>.</param>
/// <param name="publicHalf">Was checked.</param>
/// <param name="canUnwrap">Whether the private half is here too.</param>
/// <param name="time">For the recipients' times.</param>
internal sealed class KeyPairKek(string kid, IPublicHalf publicHalf, Func<bool> canUnwrap, TimeProvider time) : IKek
{
    public string Reference => kid;

    public bool CanUnwrap => canUnwrap();

    public bool IsNewest(Recipient recipient) => recipient.Algorithm == RecipientAlgorithm.XWing && recipient.Kid == kid;

    public ValueTask<Recipient> WrapAsync(DataKey dataKey, EncryptionContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(new Recipient
        {
            Algorithm = RecipientAlgorithm.XWing,
            Kid = kid,
            IssuedAt = time.GetUtcNow().ToUnixTimeSeconds(),
            WrappedKey = PairWrap.Wrap(publicHalf, kid, dataKey, context),
        });
    }
}
