using System.Net;
using System.Net.Http;
using Amazon.Runtime;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>
/// The HTTP clients of the SDK's clients, those that it makes for itself to assume a role or to sign in too. They follow no redirect,
/// which could lead a data key to another host, and their time limit counts until the last byte of an answer.
/// </summary>
internal sealed class SdkHttpClients : HttpClientFactory
{
    public static SdkHttpClients Instance { get; } = new();

    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        ArgumentNullException.ThrowIfNull(clientConfig);
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = clientConfig.ConnectTimeout ?? SdkLimits.Default.Connect,
            UseCookies = false,
        };
        if (clientConfig.MaxConnectionsPerServer is { } connections)
            sockets.MaxConnectionsPerServer = connections;
        // Without one of the settings, the proxy of the environment serves.
        if (clientConfig.GetWebProxy() is { } proxy)
        {
            sockets.Proxy = proxy;
            if (clientConfig.ProxyCredentials is { } credentials)
                proxy.Credentials = credentials;
        }
        return new HttpClient(new SdkAnswerHandler(sockets)) { Timeout = clientConfig.Timeout ?? SdkLimits.Default.Attempt };
    }
}
