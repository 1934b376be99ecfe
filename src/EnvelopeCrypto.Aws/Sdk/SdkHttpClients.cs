using System.Net;
using System.Net.Http;
using Amazon.Runtime;

namespace EnvelopeCrypto.Aws.Sdk;

/// <summary>
/// The HTTP clients of the SDK's clients, those that it makes for itself to assume a role or to sign in too. They follow no redirect,
/// which could lead a data key to another host, use no proxy over plain http, and their time limit counts until the last byte of an answer.
/// </summary>
internal sealed class SdkHttpClients : HttpClientFactory
{
    public static SdkHttpClients Instance { get; } = new();

    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        ArgumentNullException.ThrowIfNull(clientConfig);
        return Make(() => Sockets(clientConfig), clientConfig.Timeout);
    }

    /// <summary>A client for an address that is none of a service of AWS.</summary>
    public static HttpClient ForCredentials(TimeSpan timeout) => Make(() => Sockets(SdkLimits.Default.Connect), timeout);

    private static HttpClient Make(Func<SocketsHttpHandler> sockets, TimeSpan? timeout) =>
        new(new SdkAnswerHandler(new SdkProxyHandler(sockets))) { Timeout = timeout ?? SdkLimits.Default.Attempt };

    private static SocketsHttpHandler Sockets(IClientConfig clientConfig)
    {
        var sockets = Sockets(clientConfig.ConnectTimeout ?? SdkLimits.Default.Connect);
        if (clientConfig.MaxConnectionsPerServer is { } connections)
            sockets.MaxConnectionsPerServer = connections;
        // Without one of the settings, the proxy of the environment serves.
        if (clientConfig.GetWebProxy() is { } proxy)
        {
            sockets.Proxy = proxy;
            if (clientConfig.ProxyCredentials is { } credentials)
                proxy.Credentials = credentials;
        }
        return sockets;
    }

    private static SocketsHttpHandler Sockets(TimeSpan connect) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = connect,
        UseCookies = false,
    };
}
