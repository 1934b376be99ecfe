using Amazon.KeyManagementService;
using Amazon.Runtime;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>The SDK's client for one Region, made when it is first asked.</summary>
internal sealed class SdkClient(
    string region, string? profile, SdkLimits limits, SdkCredentials credentials,
    Func<AWSCredentials, IAmazonKeyManagementService> connect) : IDisposable
{
    private readonly object _gate = new();
    private readonly SdkPace _pace = new();
    private IAmazonKeyManagementService? _client;

    public async Task<T> AskAsync<T>(
        string operation, string? key, Func<IAmazonKeyManagementService, Task<T>> ask, CancellationToken cancellationToken)
    {
        var call = new AwsCall("KMS", operation, key, region, profile);
        var identity = await credentials.GetAsync(cancellationToken);
        var client = call.Run(() => Client(identity));
        for (var round = 1; ; round++)
        {
            await _pace.WaitAsync(cancellationToken);
            try
            {
                var answer = await call.RunAsync(() => ask(client), cancellationToken);
                _pace.SpeedUp();
                return answer;
            }
            catch (EnvelopeException failure) when (failure.Error == EnvelopeError.KeyServiceThrottled)
            {
                _pace.SlowDown();
                if (round == limits.ThrottledRounds)
                    throw;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _client?.Dispose();
    }

    private IAmazonKeyManagementService Client(AWSCredentials identity)
    {
        lock (_gate)
            return _client ??= connect(identity);
    }
}
