namespace EnvelopeCrypto.Tests.Keys;

/// <summary>Asserts with which error id something fails.</summary>
internal static class KekFailure
{
    public static async Task<EnvelopeException> ThrowsAsync(EnvelopeError error, Func<Task> action)
    {
        var failure = await Assert.ThrowsAsync<EnvelopeException>(action);
        Assert.Equal(error, failure.Error);
        Assert.DoesNotContain('\n', failure.Message);
        return failure;
    }

    public static EnvelopeException Throws(EnvelopeError error, Action action)
    {
        var failure = Assert.Throws<EnvelopeException>(action);
        Assert.Equal(error, failure.Error);
        return failure;
    }
}
