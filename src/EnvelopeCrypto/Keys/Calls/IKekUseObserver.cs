namespace EnvelopeCrypto.Keys.Calls;

/// <summary>Sees every use of a KEK, before and after, and can refuse it by throwing.</summary>
internal interface IKekUseObserver
{
    /// <summary>Before the use. If this throws, the use does not happen.</summary>
    ValueTask OnStartingAsync(KekUse use, CancellationToken cancellationToken);

    /// <summary>After the use. If this throws, the result is withheld: a key that was unwrapped is zeroed.</summary>
    /// <param name="use">The use.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="failure">Why it failed; null when it did not.</param>
    /// <param name="cancellationToken">Stops the observer.</param>
    ValueTask OnFinishedAsync(KekUse use, TimeSpan duration, Exception? failure, CancellationToken cancellationToken);

    /// <summary>Instead of the use: it was not allowed, or its KEK failed before in this run, so nothing was asked.</summary>
    ValueTask OnRefusedAsync(KekUse use, EnvelopeException reason, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
