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

    private readonly KekUseGate _gate = new(observer, time);
    private readonly SharedAnswers<DataKey> _unwrapped = new(MaxAnswers, dataKey => dataKey.Copy());
    private readonly SharedAnswers<Recipient> _rewrapped = new(MaxAnswers, recipient => recipient);

    public KekBreaker Breaker { get; } = new();

    /// <summary>One use, whose answer serves no one else.</summary>
    public async ValueTask<T> UseAsync<T>(KekUse use, Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await Breaker.PassAsync(use, () => _gate.PassAsync(use, call, cancellationToken));
        }
        catch (EnvelopeException failure) when (failure.Error == EnvelopeError.NotTried)
        {
            await _gate.RefuseAsync(use, failure, cancellationToken);
            throw;
        }
    }

    /// <summary>Lets through what may be done with a KEK, and shows the observer what may not.</summary>
    public async ValueTask AllowAsync(KekUse use, Func<ValueTask> require, CancellationToken cancellationToken)
    {
        try
        {
            await require();
        }
        catch (EnvelopeException failure)
        {
            await _gate.RefuseAsync(use, failure, cancellationToken);
            throw;
        }
    }

    /// <summary>One use that is about no data key, so that no run repeats it for each file.</summary>
    public ValueTask<T> ManageAsync<T>(KekUse use, Func<ValueTask<T>> call, CancellationToken cancellationToken) =>
        _gate.PassAsync(use, call, cancellationToken);

    /// <summary>Shows the observer that what an earlier use gave serves one more file.</summary>
    public ValueTask<T> ShareAsync<T>(KekUse use, T answer, CancellationToken cancellationToken) =>
        _gate.PassAsync(use with { IsShared = true }, () => ValueTask.FromResult(answer), cancellationToken);

    /// <summary>Unwraps a data key, which the caller disposes. A service is asked once for each wrapped key.</summary>
    public async ValueTask<DataKey> UnwrapAsync(IKekProvider provider, Recipient recipient, KekUse use, CancellationToken cancellationToken)
    {
        if (provider.Turn is not (KekTurn.KeyService or KekTurn.RegisteredProvider))
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
