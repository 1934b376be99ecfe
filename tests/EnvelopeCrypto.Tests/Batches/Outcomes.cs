using EnvelopeCrypto.Batches;
using EnvelopeCrypto.Files;

namespace EnvelopeCrypto.Tests.Batches;

/// <summary>What became of the paths of a run, in words that a test compares.</summary>
internal static class Outcomes
{
    public static BatchOutcome<TResult> Of<TResult>(this IEnumerable<BatchOutcome<TResult>> outcomes, string path)
        where TResult : class => Assert.Single(outcomes, outcome => outcome.Path == path);

    public static void AllBecame(this IReadOnlyCollection<BatchOutcome<FileResult>> outcomes, FileOutcome status, int count)
    {
        Assert.All(outcomes, outcome => Assert.True(outcome.Result?.Status == status, outcome.Failure?.Message ?? outcome.LeftOut ?? outcome.Result!.Status.ToString()));
        Assert.Equal(count, outcomes.Count);
    }

    public static void Became(this BatchOutcome<FileResult> outcome, FileOutcome status) =>
        Assert.True(outcome.Result?.Status == status, outcome.Failure?.Message ?? outcome.LeftOut ?? outcome.Result!.Status.ToString());

    public static EnvelopeException FailedAs<TResult>(this BatchOutcome<TResult> outcome, EnvelopeError error)
        where TResult : class
    {
        Assert.NotNull(outcome.Failure);
        Assert.Equal(error, outcome.Failure.Error);
        Assert.NotNull(outcome.Failure.Path); // of the input, or of its output where that is at fault
        Assert.DoesNotContain('\n', outcome.Failure.Message);
        return outcome.Failure;
    }
}
