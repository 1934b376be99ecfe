using System.Security.Cryptography;
using System.Text;
using EnvelopeCrypto.Format;

namespace EnvelopeCrypto.Keys.Calls;

/// <summary>
/// Every use of a KEK on its way to the provider: seen by the observer, not made when the KEK failed before, and made once for all
/// files of the run that ask for the same. What is kept is one session's: one identity, Region and endpoint. It is zeroed on dispose.
/// </summary>
internal sealed class KekCalls(IKekUseObserver? observer, TimeProvider time) : IDisposable
{
    /// <summary>Wrapped keys whose answer is kept; a batch of files asks about one.</summary>
    public const int MaxAnswers = 1000;

    private readonly SharedAnswers<DataKey> _unwrapped = new(MaxAnswers, dataKey => dataKey.Copy());
    private readonly SharedAnswers<Recipient> _rewrapped = new(MaxAnswers, recipient => recipient);

    public KekBreaker Breaker { get; } = new();

    /// <summary>One use, whose answer serves no one else.</summary>
    public async ValueTask<T> UseAsync<T>(KekUse use, Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        if (Breaker.FailedBefore(use) is { } before)
        {
            await RefuseAsync(use, before, cancellationToken);
            throw before;
        }
        try
        {
            return await ManageAsync(use, call, cancellationToken);
        }
        catch (EnvelopeException failure)
        {
            // Files that are worked on at once ask the same KEK; one of them says that it is missing, or its passphrase wrong.
            if (!Breaker.Note(use, failure) && IsOfKeyring(failure.Error) && Breaker.FailedBefore(use) is { } said)
                throw said;
            throw;
        }
    }

    // What another file would hear in the same words.
    private static bool IsOfKeyring(EnvelopeError error) => error
        is EnvelopeError.KekNotFound or EnvelopeError.KekVersionNotFound
        or EnvelopeError.KeyringPassphraseWrong or EnvelopeError.KeyringNotPrivate or EnvelopeError.KeyringDamaged
        or EnvelopeError.PassphraseRequired or EnvelopeError.PromptRequired;

    /// <summary>Lets through what may be done with a KEK, and shows the observer what may not.</summary>
    public async ValueTask AllowAsync(KekUse use, Func<ValueTask> require, CancellationToken cancellationToken)
    {
        try
        {
            await require();
        }
        catch (EnvelopeException failure)
        {
            await RefuseAsync(use, failure, cancellationToken);
            throw;
        }
    }

    /// <summary>
    /// One use past the observer alone: of a KEK itself, which no run repeats for each file. A key that the observer does not let out is
    /// zeroed.
    /// </summary>
    public async ValueTask<T> ManageAsync<T>(KekUse use, Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        if (observer is null)
            return await KekTelemetry.UseAsync(use, call);
        await ObserveAsync(use, () => observer.OnStartingAsync(use, cancellationToken));
        var start = time.GetTimestamp();
        T result;
        try
        {
            result = await KekTelemetry.UseAsync(use, call);
        }
        catch (Exception failure)
        {
            await ObserveAsync(use, () => observer.OnFinishedAsync(use, time.GetElapsedTime(start), failure, CancellationToken.None));
            throw;
        }
        try
        {
            await ObserveAsync(use, () => observer.OnFinishedAsync(use, time.GetElapsedTime(start), failure: null, CancellationToken.None));
        }
        catch
        {
            (result as IDisposable)?.Dispose();
            throw;
        }
        return result;
    }

    /// <summary>Shows the observer that what an earlier use gave serves one more file.</summary>
    public ValueTask<T> ShareAsync<T>(KekUse use, T answer, CancellationToken cancellationToken) =>
        ManageAsync(use with { IsShared = true }, () => ValueTask.FromResult(answer), cancellationToken);

    /// <summary>Unwraps a data key, which the caller disposes. A service is asked once for each wrapped key.</summary>
    public async ValueTask<DataKey> UnwrapAsync(IKekProvider provider, Recipient recipient, KekUse use, CancellationToken cancellationToken)
    {
        if (provider.Turn is not (UnwrapPriority.KeyService or UnwrapPriority.RegisteredProvider))
            return await UseAsync(use, Unwrap, cancellationToken);

        var question = Question(recipient, use.Context, target: "");
        var (dataKey, isNew) = await _unwrapped.GetAsync(question, () => UseAsync(use, Unwrap, cancellationToken), cancellationToken);
        if (isNew)
            return dataKey;
        try
        {
            return await ShareAsync(use, dataKey, cancellationToken);
        }
        catch
        {
            dataKey.Dispose();
            throw;
        }

        ValueTask<DataKey> Unwrap() => provider.UnwrapAsync(recipient, use.Context, cancellationToken);
    }

    /// <summary>
    /// Makes one recipient of another, by the service's re-encryption or by wrapping what the other opened to: once for all files that
    /// hold the same wrapped key.
    /// </summary>
    public async ValueTask<Recipient> RewrapAsync(
        KekUse use, Recipient source, string target, Func<ValueTask<Recipient>> call, CancellationToken cancellationToken)
    {
        var question = Question(source, use.Context, $"{use.Operation} {target}");
        var (recipient, isNew) = await _rewrapped.GetAsync(question, () => UseAsync(use, call, cancellationToken), cancellationToken);
        return isNew ? recipient : await ShareAsync(use, recipient, cancellationToken);
    }

    public void Dispose()
    {
        _unwrapped.Dispose();
        _rewrapped.Dispose();
    }

    private async ValueTask RefuseAsync(KekUse use, EnvelopeException reason, CancellationToken cancellationToken)
    {
        KekTelemetry.Refused(use, reason);
        if (observer is not null)
            await ObserveAsync(use, () => observer.OnRefusedAsync(use, reason, cancellationToken));
    }

    private static async ValueTask ObserveAsync(KekUse use, Func<ValueTask> observe)
    {
        try
        {
            await observe();
        }
        catch (Exception failure)
            when (failure is not (EnvelopeException { Error: EnvelopeError.KekUseRefused } or OperationCanceledException))
        {
            // Whatever its id: else a session would take it for a recipient that does not open, and go on to the next.
            throw new EnvelopeException(
                EnvelopeError.KekUseRefused, $"the use of {use.Name} could not be recorded, so it was refused: {failure.Message}", failure);
        }
    }

    // All that an answer depends on, within one session. Only the last two can hold any byte, and the lengths keep them apart.
    private static string Question(Recipient recipient, EncryptionContext context, string target)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{target}\0{recipient.Algorithm}\0{recipient.Kid}\0{recipient.WrappedKey.Length}\0{context.Bytes.Length}\0"));
        hash.AppendData(recipient.WrappedKey.Span);
        hash.AppendData(context.Bytes);
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
