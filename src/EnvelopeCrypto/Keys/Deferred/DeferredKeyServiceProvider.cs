using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys.Deferred;

/// <summary>The KEKs in AWS KMS of a run that may need none: its adapter and SDK are loaded when one of them is first used.</summary>
/// <param name="make">Loads the adapter and gives its provider.</param>
/// <param name="offline">Whether no service may be asked: for a run that only says what would be done.</param>
internal sealed class DeferredKeyServiceProvider(Func<IKekProvider> make, bool offline) : DeferredKekProvider(make)
{
    public override UnwrapPriority Turn => UnwrapPriority.KeyService;

    public override bool Serves(KekReference reference) => reference.Kind == KekKind.AwsKms;

    public override bool Serves(Recipient recipient) => recipient.Algorithm is RecipientAlgorithm.AwsKms or RecipientAlgorithm.AwsKmsRsa;

    // A key ARN is canonical as it stands; which key an alias or a bare id means, only the service knows.
    public override ValueTask<string> IdentifyAsync(KekReference reference, CancellationToken cancellationToken) =>
        offline || RecipientGrammar.KmsArn().IsMatch(reference.Id)
            ? PreviewAsync(reference, cancellationToken)
            : Provider().IdentifyAsync(reference, cancellationToken);

    public override ValueTask<string> PreviewAsync(KekReference reference, CancellationToken cancellationToken) => new(reference.Text);

    public override ValueTask<IKek> OpenAsync(KekReference reference, CancellationToken cancellationToken)
    {
        RequireOnline();
        return base.OpenAsync(reference, cancellationToken);
    }

    public override ValueTask<bool> IsAllowedByDefaultAsync(Recipient recipient, CancellationToken cancellationToken)
    {
        RequireOnline();
        return Provider().IsAllowedByDefaultAsync(recipient, cancellationToken);
    }

    public override ValueTask<DataKey> UnwrapAsync(Recipient recipient, EncryptionContext context, CancellationToken cancellationToken)
    {
        RequireOnline();
        return base.UnwrapAsync(recipient, context, cancellationToken);
    }

    private void RequireOnline()
    {
        if (offline)
            throw new InvalidOperationException("A run that only says what would be done asks no key service.");
    }
}
