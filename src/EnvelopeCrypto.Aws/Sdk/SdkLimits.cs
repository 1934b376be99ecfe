namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>How long the adapter waits.</summary>
/// <param name="Connect">For a connection.</param>
/// <param name="Attempt">For an answer to one attempt. How many there are is the SDK's to say: three, or AWS_MAX_ATTEMPTS.</param>
/// <param name="Credentials">For credentials that need a process, a token or another service.</param>
/// <param name="Metadata">For the instance's metadata service, which most machines do not have.</param>
/// <param name="ThrottledRounds">How often the SDK's attempts are made while the service throttles them all.</param>
internal sealed record SdkLimits(TimeSpan Connect, TimeSpan Attempt, TimeSpan Credentials, TimeSpan Metadata, int ThrottledRounds)
{
    public static SdkLimits Default { get; } =
        new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5), ThrottledRounds: 4);
}
