namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>One call to a service: what its failure has to name.</summary>
/// <param name="Service">KMS or STS.</param>
/// <param name="Operation">The operation as AWS names it.</param>
/// <param name="Key">The key, as it was asked for.</param>
/// <param name="Region">The Region asked.</param>
/// <param name="Profile">The profile, when one was named.</param>
internal sealed record AwsCall(string Service, string Operation, string? Key, string? Region, string? Profile)
{
    /// <summary>"AWS KMS: Decrypt with KEY in REGION (profile NAME)".</summary>
    public string Name =>
        $"AWS {Service}: {Operation}{(Key is null ? "" : $" with {Key}")}"
        + $"{(Region is null ? "" : $" in {Region}")}{(Profile is null ? "" : $" (profile {Profile})")}";

    /// <exception cref="EnvelopeException">What went wrong.</exception>
    /// <exception cref="OperationCanceledException">The caller wanted no answer any more.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is not EnvelopeException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Failure(failure);
        }
    }

    /// <exception cref="EnvelopeException">What went wrong.</exception>
    public T Run<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception failure) when (failure is not EnvelopeException)
        {
            throw Failure(failure);
        }
    }

    public EnvelopeException Failure(Exception failure) => AwsFailure.From(this, failure);
}
