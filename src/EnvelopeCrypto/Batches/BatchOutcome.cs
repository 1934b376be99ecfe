namespace EnvelopeCrypto.Batches;

/// <summary>What became of one path of a run: exactly one of the three is there.</summary>
/// <typeparam name="TResult">What the work gives.</typeparam>
/// <param name="Path">The path.</param>
/// <param name="Result">The result.</param>
/// <param name="Failure">Why there is none.</param>
/// <param name="LeftOut">Why it was not meant to be worked on.</param>
internal sealed record BatchOutcome<TResult>(string Path, TResult? Result, EnvelopeException? Failure, string? LeftOut)
    where TResult : class;
