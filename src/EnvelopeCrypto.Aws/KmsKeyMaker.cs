using EnvelopeCrypto.Aws.Sdk;
using EnvelopeCrypto.Aws.Service;

namespace EnvelopeCrypto.Aws;

/// <summary>Makes a key and its alias, and leaves no key behind that no one can name.</summary>
/// <param name="kms">Where.</param>
/// <param name="find">The key that has the alias now; null when none has.</param>
internal sealed class KmsKeyMaker(SdkKms kms, Func<CancellationToken, Task<KmsKeyDescription?>> find)
{
    private const int Attempts = 6;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    // Also after a stop: a key that was just made costs money, and no one would know of it.
    private static readonly TimeSpan TimeToTakeBack = TimeSpan.FromSeconds(5);

    /// <summary>The new key; or, when another process gave the alias to one meanwhile, that.</summary>
    /// <exception cref="EnvelopeException">What the service fails with, and what became of the key that was made.</exception>
    public async Task<KmsKeyDescription> MakeAsync(string alias, AwsKmsKekSpecification specification, CancellationToken cancellationToken)
    {
        var key = await kms.CreateKeyAsync(specification, cancellationToken);
        try
        {
            await SoonAsync(() => kms.CreateAliasAsync(alias, key.KeyArn, cancellationToken), cancellationToken);
            return key;
        }
        catch (Exception failure) when (failure is EnvelopeException or OperationCanceledException)
        {
            var (named, fate) = await TakeBackAsync(key.KeyArn);
            if (failure is not EnvelopeException known)
                throw;
            // An attempt whose answer was lost made the alias all the same, or another process was faster.
            if (named is not null && (named.KeyArn == key.KeyArn || known.Error == EnvelopeError.KekExists))
                return named;
            throw new EnvelopeException(known.Error, $"{known.Reason} The key {key.KeyArn}, made for it, {fate}.", known);
        }
    }

    /// <summary>Does something with a key that was just made, and that not all of the service knows yet.</summary>
    public static async Task SoonAsync(Func<Task> action, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await action();
                return;
            }
            catch (EnvelopeException failure) when (failure.Error == EnvelopeError.KekNotFound && attempt < Attempts)
            {
                await Task.Delay(FirstPause * Math.Pow(2, attempt - 1), cancellationToken);
            }
        }
    }

    // Only a key that the alias certainly does not name may go. It was never used, so no one loses anything.
    private async Task<(KmsKeyDescription? Named, string Fate)> TakeBackAsync(string keyArn)
    {
        using var brief = new CancellationTokenSource(TimeToTakeBack);
        KmsKeyDescription? named = null;
        try
        {
            named = await find(brief.Token);
            if (named?.KeyArn == keyArn)
                return (named, "has it");
            await kms.ScheduleDeletionAsync(keyArn, brief.Token);
            return (named, "is scheduled for deletion");
        }
        catch (Exception failure) when (failure is EnvelopeException or OperationCanceledException)
        {
            return (named, "may be left without a name: give it an alias, or schedule its deletion");
        }
    }
}
