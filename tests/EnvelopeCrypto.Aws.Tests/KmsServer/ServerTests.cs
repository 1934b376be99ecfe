using Amazon.KeyManagementService;
using EnvelopeCrypto.KmsServer;

namespace EnvelopeCrypto.Aws.Tests.KmsServer;

/// <summary>Tests that have a server of their own, and a client of the SDK that may do everything there.</summary>
public abstract class ServerTests : IAsyncLifetime
{
    private AwsServer? _server;
    private AmazonKeyManagementServiceClient? _kms;

    protected AwsServer Server => _server!;

    protected AmazonKeyManagementServiceClient Kms => _kms!;

    public async ValueTask InitializeAsync()
    {
        _server = await AwsServer.StartAsync();
        _kms = _server.Kms();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _kms?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
