namespace EnvelopeCrypto.Keys.Calls;

/// <summary>The one place that every use of a KEK passes, where it is observed and may be refused.</summary>
internal sealed class KekUseGate(IKekUseObserver? observer, TimeProvider time)
{
    public async ValueTask<T> PassAsync<T>(KekUse use, Func<ValueTask<T>> operation, CancellationToken cancellationToken)
    {
        if (observer is null)
            return await KekTelemetry.UseAsync(use, operation);

        await Refusable(() => observer.OnStartingAsync(use, cancellationToken), use);
        var start = time.GetTimestamp();
        T result;
        try
        {
            result = await KekTelemetry.UseAsync(use, operation);
        }
        catch (Exception failure)
        {
            await Refusable(() => observer.OnFinishedAsync(use, time.GetElapsedTime(start), failure, CancellationToken.None), use);
            throw;
        }
        try
        {
            await Refusable(() => observer.OnFinishedAsync(use, time.GetElapsedTime(start), failure: null, CancellationToken.None), use);
        }
        catch
        {
            Withhold(result);
            throw;
        }
        return result;
    }

    /// <summary>Tells of a use that was refused before it came here.</summary>
    public async ValueTask RefuseAsync(KekUse use, EnvelopeException reason, CancellationToken cancellationToken)
    {
        KekTelemetry.Refused(use, reason);
        if (observer is not null)
            await Refusable(() => observer.OnRefusedAsync(use, reason, cancellationToken), use);
    }

    private static async ValueTask Refusable(Func<ValueTask> observe, KekUse use)
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
                EnvelopeError.KekUseRefused, $"the use of {use.Kek} could not be recorded, so it was refused: {failure.Message}", failure);
        }
    }

    private static void Withhold<T>(T result)
    {
        if (result is IDisposable key)
            key.Dispose();
        else if (result is ValueTuple<DataKey, Format.Recipient> generated)
            generated.Item1.Dispose();
    }
}
