namespace EnvelopeCrypto.Tests.Support;

/// <summary>Asserts that the engine refuses something, by the error id and never by its words.</summary>
internal static class Refused
{
    public static EnvelopeException As(EnvelopeError error, Action action)
    {
        var failure = Assert.Throws<EnvelopeException>(action);
        Assert.Equal(error, failure.Error);
        Assert.DoesNotContain('\n', failure.Message);
        return failure;
    }

    public static async Task<EnvelopeException> AsAsync(EnvelopeError error, Func<Task> action)
    {
        var failure = await Assert.ThrowsAsync<EnvelopeException>(action);
        Assert.Equal(error, failure.Error);
        Assert.DoesNotContain('\n', failure.Message);
        return failure;
    }
}
